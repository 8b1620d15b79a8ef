import { ArgumentError, ops, requireInteger, requirePositiveInteger, type Tensor, type Variable } from '@capas/core';
import { epsilon } from '../losses/shapes.ts';
import { accumulate, Metric, type MetricConfig } from './metric.ts';

/** Options of {@link MeanIoU}. */
export interface MeanIoUConfig<Name extends string = string> extends MetricConfig<Name> {
  readonly numClasses: number;
  /** A label that does not count. @defaultValue `null`: none */
  readonly ignoreClass?: number | null;
  /** Whether `yTrue` holds class numbers rather than one-hot labels. @defaultValue `true` */
  readonly sparseYTrue?: boolean;
  /** Whether `yPred` holds class numbers rather than scores. @defaultValue `true` */
  readonly sparseYPred?: boolean;
  /** The axis of the classes, where there is one. @defaultValue `-1` */
  readonly axis?: number;
  /** `'int32'` counts whole samples and cuts weights off; `'float32'` keeps them. @defaultValue `'int32'` */
  readonly dtype?: 'int32' | 'float32';
}

/** Options of {@link IoU}. */
export interface IoUConfig<Name extends string = string> extends MeanIoUConfig<Name> {
  /** The classes whose values are averaged. */
  readonly targetClassIds: readonly number[];
}

const defaults = { ignoreClass: null, sparseYTrue: true, sparseYPred: true, axis: -1, dtype: 'int32' } as const;

/**
 * Intersection over union: true positives divided by all samples that are, or are predicted, of a class; the mean over the
 * target classes that occur.
 *
 * @see Keras 3, `keras/src/metrics/iou_metrics.py`, `IoU`
 * @example
 * const metric = iou({ numClasses: 2, targetClassIds: [0] });
 * metric.updateState([0, 0, 1, 1], [0, 1, 0, 1]);
 * metric.result(); // 1 / (2 + 2 − 1) = 0.333
 */
export class IoU<Name extends string = 'io_u'> extends Metric<Name, IoUConfig<Name>> {
  static override readonly className: string = 'IoU';
  override readonly direction = 'up' as const;
  readonly #matrix: Variable;

  constructor(config: IoUConfig<Name>) {
    super({ ...defaults, ...config });
    const { className } = new.target;
    const { numClasses, targetClassIds, dtype = 'int32' } = this.config;
    requirePositiveInteger(className, 'numClasses', numClasses);
    for (const id of targetClassIds) {
      requireInteger(className, 'targetClassIds', id, 0, `class numbers from 0 to ${numClasses - 1}`);
      if (id >= numClasses) {
        throw new ArgumentError(
          className,
          'targetClassIds',
          `class numbers from 0 to ${numClasses - 1}`,
          targetClassIds,
        );
      }
    }
    this.#matrix = this.addVariable('total_confusion_matrix', [numClasses, numClasses], { dtype });
  }

  protected override update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor | undefined): void {
    const { numClasses, ignoreClass, sparseYTrue, sparseYPred, axis } = this.config;
    const truth = flatClasses(yTrue, sparseYTrue, axis);
    const prediction = flatClasses(yPred, sparseYPred, axis);
    const inRange = (classes: Tensor): Tensor =>
      ops.logicalAnd(ops.greaterEqual(classes, 0), ops.less(classes, numClasses));
    let counts = ops.logicalAnd(inRange(truth), inRange(prediction));
    if (typeof ignoreClass === 'number') counts = ops.logicalAnd(counts, ops.notEqual(truth, ignoreClass));
    // to the dtype of the counts and back: whole numbers where those are
    const given = ops.cast(ops.cast(sampleWeight ?? 1, this.#matrix.dtype), 'float32');
    const weight = ops.broadcastTo(given.rank > 1 ? ops.reshape(given, [-1]) : given, truth.shape);
    const cell = ops.where(counts, ops.add(ops.multiply(truth, numClasses), prediction), 0);
    const sums = ops.segmentSum(ops.where(counts, weight, 0), cell, { numSegments: numClasses ** 2 });
    accumulate(this.#matrix, ops.cast(ops.reshape(sums, [numClasses, numClasses]), this.#matrix.dtype));
  }

  protected override compute(): Tensor {
    const matrix = ops.cast(this.#matrix, 'float32');
    const right = ops.diag(matrix);
    const union = ops.subtract(ops.add(ops.sum(matrix, { axis: 0 }), ops.sum(matrix, { axis: 1 })), right);
    const ids = [...this.config.targetClassIds];
    const [ofRight, ofUnion] = [ops.take(right, ids), ops.take(union, ids)];
    const occurs = ops.cast(ops.greater(ofUnion, 1e-9), 'float32');
    const ratios = ops.multiply(ops.divide(ofRight, ops.add(ofUnion, epsilon())), occurs);
    return ops.divide(ops.sum(ratios), ops.add(ops.sum(occurs), epsilon()));
  }
}

/** Short for `new IoU(config)`. */
export const iou = <const Name extends string = 'io_u'>(config: IoUConfig<Name>): IoU<Name> => new IoU(config);

/** Class numbers as an int32 vector. */
function flatClasses(y: Tensor, sparse: boolean | undefined, axis: number | undefined): Tensor {
  const classes = sparse === false ? ops.argmax(y, { axis: axis ?? -1 }) : y;
  return ops.cast(ops.reshape(classes, [-1]), 'int32');
}
