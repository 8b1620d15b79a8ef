import { ops, requireNumber, requireOneOf, ShapeError, scope, showShape, type Tensor } from '@capas/core';
import { Regularizer } from './regularizer.ts';

/** Options of {@link OrthogonalRegularizer}. */
export interface OrthogonalRegularizerConfig {
  /** @defaultValue 0.01 */
  readonly factor?: number;
  /** Whether rows or columns should be orthogonal to each other. @defaultValue `'rows'` */
  readonly mode?: 'rows' | 'columns';
}

/**
 * `factor · mean |cos(a, b)|` over all pairs of rows (or columns) of a matrix: 0 when they are orthogonal.
 *
 * @see Keras 3, `keras/src/regularizers/regularizers.py`
 */
export class OrthogonalRegularizer extends Regularizer<Required<OrthogonalRegularizerConfig>> {
  static override readonly className = 'OrthogonalRegularizer';

  constructor(config: OrthogonalRegularizerConfig = {}) {
    super({
      factor: requireNumber('OrthogonalRegularizer', 'factor', config.factor ?? 0.01, 0, Number.MAX_VALUE),
      mode: requireOneOf('OrthogonalRegularizer', 'mode', config.mode ?? 'rows', ['rows', 'columns']),
    });
  }

  override call(x: Tensor): Tensor {
    if (x.rank !== 2) {
      throw new ShapeError(`OrthogonalRegularizer: expected a matrix. Received: shape ${showShape(x.shape)}.`);
    }
    const { factor, mode } = this.config;
    return scope(() => {
      const vectors = mode === 'rows' ? x : ops.transpose(x);
      const count = vectors.shape[0]!;
      const squares = ops.sum(ops.square(vectors), { axis: 1, keepdims: true });
      // Keras normalizes with 1e-12 below the root; a row of zeros stays one
      const units = ops.multiply(vectors, ops.rsqrt(ops.maximum(squares, 1e-12)));
      const cosines = ops.matmul(units, ops.transpose(units));
      const others = ops.multiply(ops.absolute(cosines), ops.subtract(1, ops.eye(count)));
      // each pair stands in the matrix twice
      return ops.multiply(ops.sum(others), factor / (count * (count - 1)));
    });
  }
}

/** Makes an {@link OrthogonalRegularizer}. */
export const orthogonalRegularizer = (config: OrthogonalRegularizerConfig = {}): OrthogonalRegularizer =>
  new OrthogonalRegularizer(config);
