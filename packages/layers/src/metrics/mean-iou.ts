import { IoU, type MeanIoUConfig } from './iou.ts';

/**
 * The mean intersection over union of all classes that occur.
 *
 * @see Keras 3, `keras/src/metrics/iou_metrics.py`, `MeanIoU`
 * @example
 * const metric = meanIoU({ numClasses: 2 });
 * metric.updateState([0, 0, 1, 1], [0, 1, 0, 1]);
 * metric.result(); // (1/3 + 1/3) / 2 = 0.333
 */
export class MeanIoU<Name extends string = 'mean_io_u'> extends IoU<Name> {
  static override readonly className: string = 'MeanIoU';

  constructor(config: MeanIoUConfig<Name>) {
    super({ ...config, targetClassIds: allClasses(config.numClasses) });
  }
}

/** Short for `new MeanIoU(config)`. */
export const meanIoU = <const Name extends string = 'mean_io_u'>(config: MeanIoUConfig<Name>): MeanIoU<Name> =>
  new MeanIoU(config);

const allClasses = (numClasses: number): number[] => Array.from({ length: numClasses }, (_, i) => i);
