import { ops, requireNumber, ShapeError, showShape, type Tensor } from '@capas/core';
import type { Resolved } from '../layer-config.ts';
import { attachMask } from '../masking.ts';
import { Loss, type LossConfig } from './loss.ts';

/** Options of {@link Circle}. */
export interface CircleConfig extends LossConfig {
  /** The scale of similarities. @defaultValue `80` */
  readonly gamma?: number;
  /** How far pairs of one class and of two must be apart. @defaultValue `0.4` */
  readonly margin?: number;
  /** Whether a sample is no pair with itself. @defaultValue `true` */
  readonly removeDiagonal?: boolean;
}

const defaults = { gamma: 80, margin: 0.4, removeDiagonal: true } as const;

/** Stands for −∞ in a logarithm of sums, where −∞ itself would make gradients NaN. */
const NOTHING = -1e30;

/**
 * The circle loss of embeddings: `softplus(logsumexp(positives) + logsumexp(negatives))` over the pairs of the batch.
 *
 * Shapes: `yTrue` numbers of classes `[batch]` or `[batch, 1]`; `yPred` unit vectors `[batch, dimensions]` → `[batch]`.
 *
 * @throws ShapeError if the shapes do not fit.
 * @see Keras 3, `keras/src/losses/losses.py`, `circle`; Sun et al., 2020, "Circle Loss"
 * @example
 * circle().apply([0, 0, 1], [[1, 0], [1, 0], [0, 1]]);
 */
export class Circle extends Loss<Resolved<CircleConfig, typeof defaults>> {
  static override readonly className = 'Circle';

  constructor(config: CircleConfig = {}) {
    super({ ...defaults, ...config });
    requireNumber('Circle', 'gamma', this.config.gamma);
    requireNumber('Circle', 'margin', this.config.margin);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { gamma, margin, removeDiagonal } = this.config;
    const [batch] = yPred.shape;
    if (yPred.rank !== 2 || batch === undefined || yTrue.size !== batch) {
      throw new ShapeError(
        `Circle: \`yTrue\` must be [batch] and \`yPred\` [batch, dimensions]. Received: yTrue ${showShape(yTrue.shape)}, yPred ${showShape(yPred.shape)}.`,
      );
    }
    const sameClass = ops.equal(ops.reshape(yTrue, [-1, 1]), ops.reshape(yTrue, [1, -1]));
    const others = ops.logicalNot(ops.eye(batch, { dtype: 'bool' }));
    const positives = removeDiagonal ? ops.logicalAnd(sameClass, others) : sameClass;
    const negatives = ops.logicalNot(sameClass);
    const distances = ops.maximum(ops.subtract(1, ops.matmul(yPred, ops.transpose(yPred))), 0);
    const pull = ops.multiply(ops.maximum(ops.add(distances, margin), 0), ops.subtract(distances, margin));
    const push = ops.multiply(ops.maximum(ops.subtract(1 + margin, distances), 0), ops.subtract(1 - margin, distances));
    const ofPositives = logSumOf(ops.multiply(pull, gamma), positives);
    const ofNegatives = logSumOf(ops.multiply(push, gamma), negatives);
    const losses = ops.softplus(ops.add(ofPositives, ofNegatives));
    attachMask(losses, ops.greater(losses, 0));
    return losses;
  }
}

/** Short for `new Circle(config)`. */
export const circle = (config: CircleConfig = {}): Circle => new Circle(config);

const logSumOf = (values: Tensor, pairs: Tensor): Tensor =>
  ops.logsumexp(ops.where(pairs, values, NOTHING), { axis: 1 });
