import type { Tensor } from '@capas/core';
import { type ConfusionState, RateAt, type RateAtConfig, share } from './confusion-curve.ts';

/** Options of {@link SpecificityAtSensitivity}. */
export interface SpecificityAtSensitivityConfig<Name extends string = string> extends RateAtConfig<Name> {
  /** The share of true samples to be predicted positive, 0…1. */
  readonly sensitivity: number;
}

/**
 * The best specificity at a threshold where the sensitivity (recall) is at least the given one.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/metrics/confusion_metrics.py`, `SpecificityAtSensitivity`
 * @example
 * const metric = specificityAtSensitivity({ sensitivity: 0.5 });
 */
export class SpecificityAtSensitivity<Name extends string = 'specificity_at_sensitivity'> extends RateAt<
  Name,
  SpecificityAtSensitivityConfig<Name>
> {
  static override readonly className: string = 'SpecificityAtSensitivity';

  constructor(config: SpecificityAtSensitivityConfig<Name>) {
    super(config, 'sensitivity', config.sensitivity);
  }

  protected override rates(state: ConfusionState): { readonly constrained: Tensor; readonly wanted: Tensor } {
    return {
      constrained: share(state.truePositives, state.falseNegatives),
      wanted: share(state.trueNegatives, state.falsePositives),
    };
  }
}

/** Short for `new SpecificityAtSensitivity(config)`. */
export const specificityAtSensitivity = <const Name extends string = 'specificity_at_sensitivity'>(
  config: SpecificityAtSensitivityConfig<Name>,
): SpecificityAtSensitivity<Name> => new SpecificityAtSensitivity(config);
