import { PrecisionRecall, type PrecisionRecallConfig } from './precision-recall.ts';

/**
 * The share of true samples among those predicted positive.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/metrics/confusion_metrics.py`, `Precision`
 * @example
 * const metric = precision();
 * metric.updateState([1, 0], [0.9, 0.6]);
 * metric.result(); // 1 / (1 + 1) = 0.5
 */
export class Precision<Name extends string = 'precision'> extends PrecisionRecall<Name> {
  static override readonly className: string = 'Precision';

  constructor(config: PrecisionRecallConfig<Name> = {}) {
    super(config, 'falsePositives');
  }
}

/** Short for `new Precision(config)`. */
export const precision = <const Name extends string = 'precision'>(
  config: PrecisionRecallConfig<Name> = {},
): Precision<Name> => new Precision(config);
