import type { MeanIoUConfig } from './iou.ts';
import { MeanIoU } from './mean-iou.ts';

/** Options of {@link OneHotMeanIoU}. */
export type OneHotMeanIoUConfig<Name extends string = string> = Omit<MeanIoUConfig<Name>, 'sparseYTrue'>;

/**
 * The mean intersection over union of all classes, from one-hot labels and scores (or class numbers, with `sparseYPred`).
 *
 * @see Keras 3, `keras/src/metrics/iou_metrics.py`, `OneHotMeanIoU`
 * @example
 * const metric = oneHotMeanIoU({ numClasses: 2 });
 * metric.updateState([[1, 0], [0, 1]], [[0.8, 0.2], [0.3, 0.7]]);
 * metric.result(); // 1
 */
export class OneHotMeanIoU<Name extends string = 'one_hot_mean_io_u'> extends MeanIoU<Name> {
  static override readonly className: string = 'OneHotMeanIoU';

  constructor(config: OneHotMeanIoUConfig<Name>) {
    super({ sparseYPred: false, ...config, sparseYTrue: false });
  }
}

/** Short for `new OneHotMeanIoU(config)`. */
export const oneHotMeanIoU = <const Name extends string = 'one_hot_mean_io_u'>(
  config: OneHotMeanIoUConfig<Name>,
): OneHotMeanIoU<Name> => new OneHotMeanIoU(config);
