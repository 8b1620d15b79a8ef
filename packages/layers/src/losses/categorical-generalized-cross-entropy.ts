import { ArgumentError, type HostArray, ops, type PartialShape, type Tensor } from '@capas/core';
import type { Resolved } from '../layer-config.ts';
import { Loss, type LossConfig } from './loss.ts';
import { withoutClassAxis } from './shapes.ts';
import { checkSparseLabels } from './sparse-labels.ts';

/** Options of {@link CategoricalGeneralizedCrossEntropy}. */
export interface CategoricalGeneralizedCrossEntropyConfig extends LossConfig {
  /** Between 0, which is the crossentropy, and 1, which is the absolute error. @defaultValue `0.5` */
  readonly q?: number;
}

const defaults = { q: 0.5 } as const;

/**
 * `(1 − p[yTrue]^q) / q`: a crossentropy that wrong labels disturb less.
 *
 * Shapes: `yTrue` numbers of classes, `[batch, …]`; `yPred` probabilities, `[batch, …, classes]`.
 *
 * @throws ArgumentError if `q` is not between 0 and 1; ShapeError if the shapes do not fit.
 * @see Keras 3, `keras/src/losses/losses.py`; Zhang, Sabuncu, 2018, "Generalized Cross Entropy Loss"
 * @example
 * categoricalGeneralizedCrossEntropy().apply([1], [[0.75, 0.25]]); // (1 − √0.25) / 0.5 = 1
 */
export class CategoricalGeneralizedCrossEntropy extends Loss<
  Resolved<CategoricalGeneralizedCrossEntropyConfig, typeof defaults>
> {
  static override readonly className = 'CategoricalGeneralizedCrossEntropy';

  constructor(config: CategoricalGeneralizedCrossEntropyConfig = {}) {
    super({ ...defaults, ...config });
    const { q } = this.config;
    if (!(q > 0 && q < 1)) {
      throw new ArgumentError('CategoricalGeneralizedCrossEntropy', 'q', 'a number between 0 and 1, both excluded', q);
    }
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { q } = this.config;
    const shape = withoutClassAxis('CategoricalGeneralizedCrossEntropy', yTrue, yPred);
    const labels = ops.cast(ops.reshape(yTrue, shape), 'int32');
    const p = ops.sum(ops.multiply(yPred, ops.oneHot(labels, yPred.shape.at(-1)!)), { axis: -1 });
    return ops.divide(ops.subtract(1, ops.power(p, q)), q);
  }

  override checkLabels(yTrue: HostArray, outputShape: PartialShape): void {
    const numClasses = outputShape.at(-1);
    if (numClasses) checkSparseLabels(yTrue, numClasses, 'CategoricalGeneralizedCrossEntropy');
  }
}

/** Short for `new CategoricalGeneralizedCrossEntropy(config)`. */
export const categoricalGeneralizedCrossEntropy = (
  config: CategoricalGeneralizedCrossEntropyConfig = {},
): CategoricalGeneralizedCrossEntropy => new CategoricalGeneralizedCrossEntropy(config);
