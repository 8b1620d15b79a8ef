import { LossScaleOptimizer } from '../optimizers/loss-scale-optimizer.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Logs } from '../training/logs.ts';
import { Callback } from './callback.ts';

/** Options of {@link SwapEMAWeights}. */
export interface SwapEMAWeightsConfig {
  /** Whether the averages are in the model from the end of an epoch to the next, for callbacks that save it. @defaultValue `false` */
  readonly swapOnEpoch?: boolean;
}

/**
 * Puts the moving averages of the weights into the model while it is evaluated, and takes them out again. The optimizer must
 * keep them: `useEma: true`.
 *
 * @see Keras 3, `keras/src/callbacks/swap_ema_weights.py`
 */
export class SwapEMAWeights extends Callback {
  readonly config: Required<SwapEMAWeightsConfig>;
  #isSwapped = false;

  constructor(config: SwapEMAWeightsConfig = {}) {
    super();
    this.config = Object.freeze({ swapOnEpoch: false, ...config });
  }

  override onTrainBegin(): void {
    this.#isSwapped = false;
  }

  override onEpochBegin(): void {
    if (this.config.swapOnEpoch) this.#swap(false);
  }

  override onEpochEnd(): void {
    if (this.config.swapOnEpoch) this.#swap(true);
  }

  /** `fit` puts the averages into the model at the very end by itself. */
  override onTrainEnd(_logs: Logs): void {
    this.#isSwapped = false;
  }

  override onTestBegin(): void {
    this.#swap(true);
  }

  override onTestEnd(): void {
    this.#swap(false);
  }

  override onPredictBegin(): void {
    this.#swap(true);
  }

  override onPredictEnd(): void {
    this.#swap(false);
  }

  #swap(wanted: boolean): void {
    if (this.#isSwapped === wanted) return;
    innermost(this.model.optimizer).swapAverages();
    this.#isSwapped = wanted;
  }
}

const innermost = (optimizer: Optimizer): Optimizer =>
  optimizer instanceof LossScaleOptimizer ? optimizer.config.innerOptimizer : optimizer;

/** Short for `new SwapEMAWeights(config)`. */
export const swapEMAWeights = (config: SwapEMAWeightsConfig = {}): SwapEMAWeights => new SwapEMAWeights(config);
