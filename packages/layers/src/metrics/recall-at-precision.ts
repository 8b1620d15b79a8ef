import type { Tensor } from '@capas/core';
import { type ConfusionState, RateAt, type RateAtConfig, share } from './confusion-curve.ts';

/** Options of {@link RecallAtPrecision}. */
export interface RecallAtPrecisionConfig<Name extends string = string> extends RateAtConfig<Name> {
  /** The share of true samples among those predicted positive, 0…1. */
  readonly precision: number;
}

/**
 * The best recall at a threshold where the precision is at least the given one.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/metrics/confusion_metrics.py`, `RecallAtPrecision`
 * @example
 * const metric = recallAtPrecision({ precision: 0.5 });
 */
export class RecallAtPrecision<Name extends string = 'recall_at_precision'> extends RateAt<
  Name,
  RecallAtPrecisionConfig<Name>
> {
  static override readonly className: string = 'RecallAtPrecision';

  constructor(config: RecallAtPrecisionConfig<Name>) {
    super(config, 'precision', config.precision);
  }

  protected override rates(state: ConfusionState): { readonly constrained: Tensor; readonly wanted: Tensor } {
    return {
      constrained: share(state.truePositives, state.falsePositives),
      wanted: share(state.truePositives, state.falseNegatives),
    };
  }
}

/** Short for `new RecallAtPrecision(config)`. */
export const recallAtPrecision = <const Name extends string = 'recall_at_precision'>(
  config: RecallAtPrecisionConfig<Name>,
): RecallAtPrecision<Name> => new RecallAtPrecision(config);
