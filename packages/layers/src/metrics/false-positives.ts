import { ConfusionCount, type ConfusionCountConfig } from './confusion-count.ts';

/**
 * How many samples are 0 and predicted above the threshold, weighted.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/metrics/confusion_metrics.py`, `FalsePositives`
 * @example
 * const metric = falsePositives();
 * metric.updateState([1, 0], [0.9, 0.6]);
 * metric.result(); // 1
 */
export class FalsePositives<Name extends string = 'false_positives'> extends ConfusionCount<Name> {
  static override readonly className: string = 'FalsePositives';
  protected override readonly condition = 'falsePositives' as const;
}

/** Short for `new FalsePositives(config)`. */
export const falsePositives = <const Name extends string = 'false_positives'>(
  config: ConfusionCountConfig<Name> = {},
): FalsePositives<Name> => new FalsePositives(config);
