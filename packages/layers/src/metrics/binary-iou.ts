import { ops, requireNumber, type Tensor } from '@capas/core';
import { IoU } from './iou.ts';
import type { MetricConfig } from './metric.ts';

/** Options of {@link BinaryIoU}. */
export interface BinaryIoUConfig<Name extends string = string> extends MetricConfig<Name> {
  /** The classes whose values are averaged: 0, 1 or both. @defaultValue `[0, 1]` */
  readonly targetClassIds?: readonly number[];
  /** The prediction from which on class 1 is meant. @defaultValue `0.5` */
  readonly threshold?: number;
  /** `'int32'` counts whole samples and cuts weights off; `'float32'` keeps them. @defaultValue `'int32'` */
  readonly dtype?: 'int32' | 'float32';
}

/**
 * Intersection over union of two classes, from one number each.
 *
 * @see Keras 3, `keras/src/metrics/iou_metrics.py`, `BinaryIoU`
 * @example
 * const metric = binaryIoU({ threshold: 0.3 });
 * metric.updateState([0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7]);
 * metric.result(); // (1/3 + 1/3) / 2 = 0.333
 */
export class BinaryIoU<Name extends string = 'binary_io_u'> extends IoU<Name> {
  static override readonly className: string = 'BinaryIoU';
  readonly #threshold: number;

  constructor(config: BinaryIoUConfig<Name> = {}) {
    const { targetClassIds = [0, 1], threshold = 0.5, ...rest } = config;
    super({ ...rest, numClasses: 2, targetClassIds });
    this.#threshold = requireNumber('BinaryIoU', 'threshold', threshold);
  }

  protected override update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor | undefined): void {
    super.update(yTrue, ops.cast(ops.greaterEqual(yPred, this.#threshold), 'int32'), sampleWeight);
  }
}

/** Short for `new BinaryIoU(config)`. */
export const binaryIoU = <const Name extends string = 'binary_io_u'>(
  config: BinaryIoUConfig<Name> = {},
): BinaryIoU<Name> => new BinaryIoU(config);
