import { ArgumentError, ops, type PartialShape, positiveAxis, type Tensor } from '@capas/core';
import type { ConstraintIdentifier } from '../../constraints/index.ts';
import type { InitializerIdentifier } from '../../initializers/index.ts';
import { Layer } from '../../layer.ts';
import type { LayerConfig, Resolved } from '../../layer-config.ts';
import type { RegularizerIdentifier } from '../../regularizers/index.ts';
import type { Weight } from '../../weight.ts';

/** Options of {@link PReLU}. */
export interface PReLUConfig extends LayerConfig {
  /** Start of the slopes. @defaultValue `'zeros'` */
  readonly alphaInitializer?: InitializerIdentifier;
  readonly alphaRegularizer?: RegularizerIdentifier | null;
  readonly alphaConstraint?: ConstraintIdentifier | null;
  /** The axes along which one slope is shared, counted with the batch axis: `[1, 2]` for images. @defaultValue none */
  readonly sharedAxes?: number | readonly number[] | null;
}

const defaults = { alphaInitializer: 'zeros' } as const;

/**
 * `x` where positive, else `alpha · x`, with a learned slope for each feature.
 *
 * Shapes: the output has the shape of the input.
 * Weights: `alpha`, of the shape of a sample, 1 along the shared axes.
 *
 * @throws ShapeError if there is no such axis
 * @see Keras 3, `keras/src/layers/activations/prelu.py`
 * @example
 * new PReLU({ sharedAxes: [1, 2] }).apply(ops.ones([2, 8, 8, 3])); // a slope for each of 3 channels
 */
export class PReLU extends Layer<Resolved<PReLUConfig, typeof defaults>> {
  static override readonly className = 'PReLU';
  alpha!: Weight;
  readonly #sharedAxes: readonly number[];

  constructor(config: PReLUConfig = {}) {
    super({ ...defaults, ...config });
    this.#sharedAxes = [this.config.sharedAxes ?? []].flat();
    if (!this.#sharedAxes.every((axis) => Number.isInteger(axis) && axis !== 0))
      throw new ArgumentError(
        'PReLU',
        'sharedAxes',
        'an axis behind the batch axis, or a list of them',
        config.sharedAxes,
      );
    this.supportsMasking = true;
  }

  override build(inputShape: PartialShape): void {
    const { alphaInitializer, alphaRegularizer, alphaConstraint } = this.config;
    const rank = inputShape.length;
    const shared = this.#sharedAxes.map((axis) => positiveAxis(`Layer '${this.name}'`, axis, rank));
    const shape = inputShape.map((dim, axis) => (shared.includes(axis) ? 1 : dim)).slice(1);
    this.alpha = this.addWeight('alpha', shape, alphaInitializer, {
      regularizer: alphaRegularizer,
      constraint: alphaConstraint,
    });
    const own = inputShape
      .map((dim, axis) => [axis, dim!] as const)
      .filter(([axis]) => axis > 0 && !shared.includes(axis));
    this.inputSpec = { rank, axes: Object.fromEntries(own) };
  }

  override call(inputs: Tensor): Tensor {
    return ops.subtract(ops.relu(inputs), ops.multiply(this.alpha, ops.relu(ops.negative(inputs))));
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return inputShape;
  }
}

/** Short for `new PReLU(config)`. */
export const prelu = (config: PReLUConfig = {}): PReLU => new PReLU(config);
