import { ConfusionCount, type ConfusionCountConfig } from './confusion-count.ts';

/**
 * How many samples are 1 and predicted at most at the threshold, weighted.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/metrics/confusion_metrics.py`, `FalseNegatives`
 * @example
 * const metric = falseNegatives();
 * metric.updateState([1, 0], [0.9, 0.6]);
 * metric.result(); // 0
 */
export class FalseNegatives<Name extends string = 'false_negatives'> extends ConfusionCount<Name> {
  static override readonly className: string = 'FalseNegatives';
  protected override readonly condition = 'falseNegatives' as const;
}

/** Short for `new FalseNegatives(config)`. */
export const falseNegatives = <const Name extends string = 'false_negatives'>(
  config: ConfusionCountConfig<Name> = {},
): FalseNegatives<Name> => new FalseNegatives(config);
