import { IoU, type IoUConfig } from './iou.ts';

/** Options of {@link OneHotIoU}. */
export type OneHotIoUConfig<Name extends string = string> = Omit<IoUConfig<Name>, 'sparseYTrue'>;

/**
 * Intersection over union of one-hot labels and scores (or class numbers, with `sparseYPred`).
 *
 * @see Keras 3, `keras/src/metrics/iou_metrics.py`, `OneHotIoU`
 * @example
 * const metric = oneHotIoU({ numClasses: 2, targetClassIds: [0, 1] });
 * metric.updateState([[1, 0], [0, 1]], [[0.8, 0.2], [0.3, 0.7]]);
 * metric.result(); // 1
 */
export class OneHotIoU<Name extends string = 'one_hot_io_u'> extends IoU<Name> {
  static override readonly className: string = 'OneHotIoU';

  constructor(config: OneHotIoUConfig<Name>) {
    super({ sparseYPred: false, ...config, sparseYTrue: false });
  }
}

/** Short for `new OneHotIoU(config)`. */
export const oneHotIoU = <const Name extends string = 'one_hot_io_u'>(config: OneHotIoUConfig<Name>): OneHotIoU<Name> =>
  new OneHotIoU(config);
