import type { Tensor } from '@capas/core';
import { type ConfusionState, RateAt, type RateAtConfig, share } from './confusion-curve.ts';

/** Options of {@link SensitivityAtSpecificity}. */
export interface SensitivityAtSpecificityConfig<Name extends string = string> extends RateAtConfig<Name> {
  /** The share of false samples to be predicted negative, 0…1. */
  readonly specificity: number;
}

/**
 * The best sensitivity (recall) at a threshold where the specificity is at least the given one.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/metrics/confusion_metrics.py`, `SensitivityAtSpecificity`
 * @example
 * const metric = sensitivityAtSpecificity({ specificity: 0.5 });
 */
export class SensitivityAtSpecificity<Name extends string = 'sensitivity_at_specificity'> extends RateAt<
  Name,
  SensitivityAtSpecificityConfig<Name>
> {
  static override readonly className: string = 'SensitivityAtSpecificity';

  constructor(config: SensitivityAtSpecificityConfig<Name>) {
    super(config, 'specificity', config.specificity);
  }

  protected override rates(state: ConfusionState): { readonly constrained: Tensor; readonly wanted: Tensor } {
    return {
      constrained: share(state.trueNegatives, state.falsePositives),
      wanted: share(state.truePositives, state.falseNegatives),
    };
  }
}

/** Short for `new SensitivityAtSpecificity(config)`. */
export const sensitivityAtSpecificity = <const Name extends string = 'sensitivity_at_specificity'>(
  config: SensitivityAtSpecificityConfig<Name>,
): SensitivityAtSpecificity<Name> => new SensitivityAtSpecificity(config);
