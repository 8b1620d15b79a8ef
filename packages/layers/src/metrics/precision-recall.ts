import {
  ArgumentError,
  ops,
  type PartialShape,
  requireInteger,
  requirePositiveInteger,
  type Tensor,
  type Variable,
} from '@capas/core';
import { type Confusion, confusion, LOWEST, requireThresholds } from './confusion.ts';
import { oneOrAll } from './confusion-count.ts';
import { accumulate, Metric, type MetricConfig } from './metric.ts';

/** Options of precision and recall. */
export interface PrecisionRecallConfig<Name extends string = string> extends MetricConfig<Name> {
  /** The prediction above which a sample counts as positive; several give one value each. @defaultValue `0.5` */
  readonly thresholds?: number | readonly number[] | null;
  /** Only the `topK` largest predictions of a sample count as positive. @defaultValue `null`: all */
  readonly topK?: number | null;
  /** The class that is judged. @defaultValue `null`: all */
  readonly classId?: number | null;
}

/** The base of precision and recall: the share of true positives among them and one kind of error. */
export abstract class PrecisionRecall<Name extends string> extends Metric<Name, PrecisionRecallConfig<Name>> {
  override readonly direction = 'up' as const;
  readonly #className: string;
  readonly #error: 'falsePositives' | 'falseNegatives';
  readonly #thresholds: readonly number[];
  readonly #truePositives: Variable;
  readonly #errors: Variable;

  constructor(config: PrecisionRecallConfig<Name>, error: keyof Confusion & ('falsePositives' | 'falseNegatives')) {
    super({ thresholds: null, topK: null, classId: null, ...config });
    this.#className = new.target.className;
    this.#error = error;
    const { topK, classId } = this.config;
    if (typeof topK === 'number') requirePositiveInteger(this.#className, 'topK', topK);
    if (typeof classId === 'number') requireInteger(this.#className, 'classId', classId, 0);
    this.#thresholds = requireThresholds(this.#className, config.thresholds, typeof topK === 'number' ? LOWEST : 0.5);
    this.#truePositives = this.addVariable('true_positives', [this.#thresholds.length]);
    const errorName = error === 'falsePositives' ? 'false_positives' : 'false_negatives';
    this.#errors = this.addVariable(errorName, [this.#thresholds.length]);
  }

  override checkOutput(shape: PartialShape): void {
    const { topK, classId } = this.config;
    const classes = shape.at(-1);
    if (typeof classes !== 'number') return;
    if (typeof classId === 'number' && shape.length >= 2 && classId >= classes) {
      throw new ArgumentError(
        this.#className,
        'classId',
        `one of the ${classes} classes of the output, from 0 on`,
        classId,
      );
    }
    if (typeof topK === 'number' && topK > classes) {
      throw new ArgumentError(this.#className, 'topK', `at most ${classes}, the number of classes of the output`, topK);
    }
  }

  protected override update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor | undefined): void {
    const { topK, classId } = this.config;
    const counts = confusion(this.#className, yTrue, yPred, {
      thresholds: this.#thresholds,
      topK,
      classId,
      sampleWeight,
    });
    accumulate(this.#truePositives, counts.truePositives);
    accumulate(this.#errors, counts[this.#error]);
  }

  protected override compute(): Tensor {
    return oneOrAll(ops.divideNoNan(this.#truePositives, ops.add(this.#truePositives, this.#errors)));
  }
}
