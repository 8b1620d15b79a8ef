import { ops, requireInteger, requireNumber, requirePositiveInteger, type Tensor, type Variable } from '@capas/core';
import { type Confusion, type ConfusionOptions, confusion, evenThresholds } from './confusion.ts';
import { accumulate, Metric, type MetricConfig } from './metric.ts';

/** The state of metrics that look at all four counts at many thresholds. */
export interface ConfusionState {
  readonly truePositives: Variable;
  readonly falsePositives: Variable;
  readonly trueNegatives: Variable;
  readonly falseNegatives: Variable;
}

/** Makes the state of {@link ConfusionState}. */
export const confusionState = (addVariable: (name: string) => Variable): ConfusionState => ({
  truePositives: addVariable('true_positives'),
  falsePositives: addVariable('false_positives'),
  trueNegatives: addVariable('true_negatives'),
  falseNegatives: addVariable('false_negatives'),
});

/** Adds the counts of a batch. */
export function addConfusion(state: ConfusionState, who: string, y: [Tensor, Tensor], options: ConfusionOptions): void {
  const counts = confusion(who, ...y, options);
  for (const key of Object.keys(state) as (keyof Confusion)[]) accumulate(state[key], counts[key]);
}

/** `a / (a + b)`, 0 where both are 0. */
export const share = (a: Variable, b: Variable): Tensor => ops.divideNoNan(a, ops.add(a, b));

/** Options of the metrics that ask for one rate at a value of another. */
export interface RateAtConfig<Name extends string = string> extends MetricConfig<Name> {
  /** How many thresholds are tried, at equal distances from 0 to 1. @defaultValue `200` */
  readonly numThresholds?: number;
  /** The class that is judged. @defaultValue `null`: all */
  readonly classId?: number | null;
}

/** The base of the metrics that ask for one rate where another reaches a value. */
export abstract class RateAt<Name extends string, Config extends RateAtConfig<Name>> extends Metric<Name, Config> {
  override readonly direction = 'up' as const;
  readonly #className: string;
  readonly #value: number;
  readonly #thresholds: readonly number[];
  readonly #state: ConfusionState;

  constructor(config: Config, argument: string, value: number) {
    super({ numThresholds: 200, classId: null, ...config });
    this.#className = new.target.className;
    this.#value = requireNumber(this.#className, argument, value, 0, 1);
    const n = requirePositiveInteger(this.#className, 'numThresholds', this.config.numThresholds);
    if (typeof config.classId === 'number') requireInteger(this.#className, 'classId', config.classId, 0);
    this.#thresholds = n === 1 ? [0.5] : evenThresholds(n);
    this.#state = confusionState((name) => this.addVariable(name, [n]));
  }

  /** The rate that must reach the value, and the one that is asked for, at each threshold. */
  protected abstract rates(state: ConfusionState): { readonly constrained: Tensor; readonly wanted: Tensor };

  protected override update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor | undefined): void {
    const { classId } = this.config;
    addConfusion(this.#state, this.#className, [yTrue, yPred], { thresholds: this.#thresholds, classId, sampleWeight });
  }

  protected override compute(): Tensor {
    const { constrained, wanted } = this.rates(this.#state);
    return ops.max(ops.where(ops.greaterEqual(constrained, this.#value), wanted, 0), { initial: 0 });
  }
}
