import { ConfusionCount, type ConfusionCountConfig } from './confusion-count.ts';

/**
 * How many samples are 1 and predicted above the threshold, weighted.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/metrics/confusion_metrics.py`, `TruePositives`
 * @example
 * const metric = truePositives();
 * metric.updateState([1, 0], [0.9, 0.6]);
 * metric.result(); // 1
 */
export class TruePositives<Name extends string = 'true_positives'> extends ConfusionCount<Name> {
  static override readonly className: string = 'TruePositives';
  protected override readonly condition = 'truePositives' as const;
}

/** Short for `new TruePositives(config)`. */
export const truePositives = <const Name extends string = 'true_positives'>(
  config: ConfusionCountConfig<Name> = {},
): TruePositives<Name> => new TruePositives(config);
