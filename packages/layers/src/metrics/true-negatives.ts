import { ConfusionCount, type ConfusionCountConfig } from './confusion-count.ts';

/**
 * How many samples are 0 and predicted at most at the threshold, weighted.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/metrics/confusion_metrics.py`, `TrueNegatives`
 * @example
 * const metric = trueNegatives();
 * metric.updateState([1, 0], [0.9, 0.6]);
 * metric.result(); // 0
 */
export class TrueNegatives<Name extends string = 'true_negatives'> extends ConfusionCount<Name> {
  static override readonly className: string = 'TrueNegatives';
  protected override readonly condition = 'trueNegatives' as const;
}

/** Short for `new TrueNegatives(config)`. */
export const trueNegatives = <const Name extends string = 'true_negatives'>(
  config: ConfusionCountConfig<Name> = {},
): TrueNegatives<Name> => new TrueNegatives(config);
