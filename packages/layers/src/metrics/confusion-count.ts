import { ops, type Tensor, type Variable } from '@capas/core';
import { type Confusion, confusion, requireThresholds } from './confusion.ts';
import { accumulate, Metric, type MetricConfig } from './metric.ts';

/** Options of the counts of a confusion matrix. */
export interface ConfusionCountConfig<Name extends string = string> extends MetricConfig<Name> {
  /** The prediction above which a sample counts as positive; several give one count each. @defaultValue `0.5` */
  readonly thresholds?: number | readonly number[] | null;
}

/** The base of the counts of a confusion matrix. */
export abstract class ConfusionCount<Name extends string> extends Metric<Name, ConfusionCountConfig<Name>> {
  /** Which of the four is counted. */
  protected abstract readonly condition: keyof Confusion;
  readonly #thresholds: readonly number[];
  readonly #count: Variable;

  constructor(config: ConfusionCountConfig<Name> = {}) {
    super({ thresholds: null, ...config });
    this.#thresholds = requireThresholds(this.#className, config.thresholds, 0.5);
    this.#count = this.addVariable('accumulator', [this.#thresholds.length]);
  }

  protected override update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor | undefined): void {
    const counts = confusion(this.#className, yTrue, yPred, { thresholds: this.#thresholds, sampleWeight });
    accumulate(this.#count, counts[this.condition]);
  }

  protected override compute(): Tensor {
    return oneOrAll(ops.copy(this.#count));
  }

  get #className(): string {
    return (this.constructor as typeof Metric).className;
  }
}

/** A vector of one number as that number. */
export const oneOrAll = (values: Tensor): Tensor => (values.size === 1 ? ops.reshape(values, []) : values);
