import {
  ops,
  type PartialShape,
  requireInteger,
  requireOneOf,
  ShapeError,
  showShape,
  type Tensor,
  type Variable,
} from '@capas/core';
import { sameShapes } from '../losses/shapes.ts';
import { accumulate, Metric, type MetricConfig } from './metric.ts';

/** Options of {@link R2Score}. */
export interface R2ScoreConfig<Name extends string = string> extends MetricConfig<Name> {
  /** How the scores of several outputs become one; `null` leaves one for each. @defaultValue `'uniformAverage'` */
  readonly classAggregation?:
    | 'uniformAverage'
    | 'varianceWeightedAverage'
    | 'uniform_average'
    | 'variance_weighted_average'
    | null;
  /** The number of independent variables, for the adjusted score; 0 gives the plain one. @defaultValue `0` */
  readonly numRegressors?: number;
}

/** The state of one score for each output. */
interface Sums {
  readonly squaredSum: Variable;
  readonly sum: Variable;
  readonly residual: Variable;
  readonly count: Variable;
}

/**
 * The coefficient of determination: 1 for perfect predictions, 0 for those of the mean, negative for worse.
 *
 * Shapes: `yTrue` and `yPred` `[batch, outputs]`.
 *
 * @throws ShapeError if they have another rank.
 * @see Keras 3, `keras/src/metrics/regression_metrics.py`, `R2Score`
 * @example
 * const metric = r2Score();
 * metric.updateState([[1], [2], [3]], [[1], [2], [4]]);
 * metric.result(); // 1 − 1 / 2 = 0.5
 */
export class R2Score<Name extends string = 'r2_score'> extends Metric<Name, R2ScoreConfig<Name>> {
  static override readonly className: string = 'R2Score';
  override readonly direction = 'up' as const;
  readonly #aggregation: 'uniform' | 'variance' | 'none';
  readonly #numRegressors: number;
  readonly #numSamples: Variable = this.addVariable('num_samples', []);
  #sums: Sums | undefined;

  constructor(config: R2ScoreConfig<Name> = {}) {
    super({ classAggregation: 'uniformAverage', numRegressors: 0, ...config });
    const { classAggregation, numRegressors } = this.config;
    this.#aggregation = AGGREGATIONS[
      requireOneOf('R2Score', 'classAggregation', String(classAggregation), Object.keys(AGGREGATIONS))
    ] as 'uniform';
    this.#numRegressors = requireInteger('R2Score', 'numRegressors', numRegressors, 0);
  }

  override checkOutput(shape: PartialShape): void {
    if (shape.length !== 2)
      throw new ShapeError(`R2Score: expected [batch, outputs]. Received: yPred ${showShape(shape)}.`);
  }

  protected override update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor | undefined): void {
    const [truth, prediction] = sameShapes('R2Score', ops.cast(yTrue, 'float32'), yPred);
    const sums = this.#stateFor(prediction);
    let weight = sampleWeight ?? ops.ones([]);
    if (weight.rank === 1) weight = ops.expandDims(weight, 1);
    weight = ops.broadcastTo(weight, truth.shape);
    const weighted = ops.multiply(truth, weight);
    const add = (variable: Variable, values: Tensor): void => accumulate(variable, ops.sum(values, { axis: 0 }));
    add(sums.sum, weighted);
    add(sums.squaredSum, ops.multiply(truth, weighted));
    add(sums.residual, ops.multiply(ops.square(ops.subtract(truth, prediction)), weight));
    add(sums.count, weight);
    accumulate(this.#numSamples, truth.size);
  }

  protected override compute(): Tensor {
    if (!this.#sums) return ops.zeros([]);
    const { squaredSum, sum, residual, count } = this.#sums;
    const total = ops.subtract(squaredSum, ops.multiply(sum, ops.divide(sum, count)));
    const raw = ops.subtract(1, ops.divide(residual, total));
    const scores = ops.where(ops.isinf(raw), 0, raw);
    return this.#adjusted(this.#aggregated(scores, total));
  }

  #stateFor(yPred: Tensor): Sums {
    this.checkOutput(yPred.shape);
    const shape = [yPred.shape[1]!];
    this.#sums ??= {
      squaredSum: this.addVariable('squared_sum', shape),
      sum: this.addVariable('sum', shape),
      residual: this.addVariable('residual', shape),
      count: this.addVariable('count', shape),
    };
    return this.#sums;
  }

  #aggregated(scores: Tensor, total: Tensor): Tensor {
    if (this.#aggregation === 'none') return scores;
    if (this.#aggregation === 'uniform') return ops.mean(scores);
    return ops.divide(ops.sum(ops.multiply(total, scores)), ops.sum(total));
  }

  /** The score adjusted for the number of regressors, where there are enough samples for that. */
  #adjusted(score: Tensor): Tensor {
    const regressors = this.#numRegressors;
    if (regressors === 0) return score;
    const freedom = ops.subtract(this.#numSamples, regressors + 1);
    const unexplained = ops.multiply(ops.subtract(1, score), ops.subtract(this.#numSamples, 1));
    const adjusted = ops.subtract(1, ops.divideNoNan(unexplained, freedom));
    return ops.where(ops.greater(freedom, 0), adjusted, score);
  }
}

/** Short for `new R2Score(config)`. */
export const r2Score = <const Name extends string = 'r2_score'>(config: R2ScoreConfig<Name> = {}): R2Score<Name> =>
  new R2Score(config);

const AGGREGATIONS: Readonly<Record<string, 'uniform' | 'variance' | 'none'>> = {
  uniformAverage: 'uniform',
  uniform_average: 'uniform',
  varianceWeightedAverage: 'variance',
  variance_weighted_average: 'variance',
  null: 'none',
};
