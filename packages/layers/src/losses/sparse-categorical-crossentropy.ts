import { ArgumentError, type HostArray, ops, type PartialShape, requireInteger, type Tensor } from '@capas/core';
import type { Resolved } from '../layer-config.ts';
import { attachMask } from '../masking.ts';
import { Loss, type LossConfig } from './loss.ts';
import { withoutClassAxis } from './shapes.ts';
import { checkSparseLabels } from './sparse-labels.ts';

/** Options of {@link SparseCategoricalCrossentropy}. */
export interface SparseCategoricalCrossentropyConfig extends LossConfig {
  /** Whether `yPred` holds logits rather than probabilities. @defaultValue `false` */
  readonly fromLogits?: boolean;
  /** A label whose values do not count, as that of the void in a segmentation. @defaultValue `null`: none */
  readonly ignoreClass?: number | null;
  /** The axis of the classes: the last. @defaultValue `-1` */
  readonly axis?: -1;
}

const defaults = { fromLogits: false, ignoreClass: null, axis: -1 } as const;

/**
 * `−ln(p[yTrue])`: the categorical crossentropy for labels that are numbers of classes.
 *
 * Shapes: `yTrue` `[batch, …]` or `[batch, …, 1]`, `yPred` `[batch, …, classes]` → `[batch, …]`.
 *
 * @throws ShapeError if the shapes do not fit. Labels out of range give NaN here: `checkLabels` finds them before.
 * @see Keras 3, `keras/src/losses/losses.py`, `sparse_categorical_crossentropy`
 * @example
 * sparseCategoricalCrossentropy({ fromLogits: true }).apply([1], [[0, 0]]); // ln(2) = 0.693
 */
export class SparseCategoricalCrossentropy extends Loss<
  Resolved<SparseCategoricalCrossentropyConfig, typeof defaults>
> {
  static override readonly className = 'SparseCategoricalCrossentropy';

  constructor(config: SparseCategoricalCrossentropyConfig = {}) {
    super({ ...defaults, ...config });
    const { ignoreClass, axis } = this.config;
    if (axis !== -1) throw new ArgumentError('SparseCategoricalCrossentropy', 'axis', 'the last one, -1', axis);
    if (ignoreClass !== null) requireInteger('SparseCategoricalCrossentropy', 'ignoreClass', ignoreClass);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { fromLogits, ignoreClass } = this.config;
    const labels = ops.reshape(yTrue, withoutClassAxis('SparseCategoricalCrossentropy', yTrue, yPred));
    if (ignoreClass === null) return ops.sparseCategoricalCrossentropy(labels, yPred, { fromLogits });
    // an ignored label may be no class at all: it becomes 0, and what comes of it is masked
    const counts = ops.notEqual(labels, ignoreClass);
    const output = ops.where(ops.expandDims(counts, -1), yPred, 0);
    const values = ops.sparseCategoricalCrossentropy(ops.where(counts, labels, 0), output, { fromLogits });
    const losses = ops.where(counts, values, 0);
    attachMask(losses, counts);
    return losses;
  }

  override checkLabels(yTrue: HostArray, outputShape: PartialShape): void {
    const numClasses = outputShape.at(-1);
    const { ignoreClass } = this.config;
    if (numClasses) checkSparseLabels(yTrue, numClasses, 'SparseCategoricalCrossentropy', { ignoreClass });
  }
}

/** Short for `new SparseCategoricalCrossentropy(config)`. */
export const sparseCategoricalCrossentropy = (
  config: SparseCategoricalCrossentropyConfig = {},
): SparseCategoricalCrossentropy => new SparseCategoricalCrossentropy(config);
