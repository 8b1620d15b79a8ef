import type { Tensor } from '@capas/core';
import { type ConfusionState, RateAt, type RateAtConfig, share } from './confusion-curve.ts';

/** Options of {@link PrecisionAtRecall}. */
export interface PrecisionAtRecallConfig<Name extends string = string> extends RateAtConfig<Name> {
  /** The share of true samples to be predicted positive, 0…1. */
  readonly recall: number;
}

/**
 * The best precision at a threshold where the recall is at least the given one.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/metrics/confusion_metrics.py`, `PrecisionAtRecall`
 * @example
 * const metric = precisionAtRecall({ recall: 0.5 });
 */
export class PrecisionAtRecall<Name extends string = 'precision_at_recall'> extends RateAt<
  Name,
  PrecisionAtRecallConfig<Name>
> {
  static override readonly className: string = 'PrecisionAtRecall';

  constructor(config: PrecisionAtRecallConfig<Name>) {
    super(config, 'recall', config.recall);
  }

  protected override rates(state: ConfusionState): { readonly constrained: Tensor; readonly wanted: Tensor } {
    return {
      constrained: share(state.truePositives, state.falseNegatives),
      wanted: share(state.truePositives, state.falsePositives),
    };
  }
}

/** Short for `new PrecisionAtRecall(config)`. */
export const precisionAtRecall = <const Name extends string = 'precision_at_recall'>(
  config: PrecisionAtRecallConfig<Name>,
): PrecisionAtRecall<Name> => new PrecisionAtRecall(config);
