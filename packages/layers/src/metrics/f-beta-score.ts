import {
  ArgumentError,
  ops,
  type PartialShape,
  requireOneOf,
  ShapeError,
  showShape,
  type Tensor,
  type Variable,
} from '@capas/core';
import { epsilon, sameShapes } from '../losses/shapes.ts';
import { accumulate, Metric, type MetricConfig } from './metric.ts';

/** Options of {@link F1Score}. */
export interface F1ScoreConfig<Name extends string = string> extends MetricConfig<Name> {
  /**
   * How the scores of the classes become one: over all counts (`'micro'`), their mean (`'macro'`), their mean weighted by
   * the number of true samples (`'weighted'`), or not at all (`null`). @defaultValue `null`
   */
  readonly average?: 'micro' | 'macro' | 'weighted' | null;
  /** The prediction above which a class is meant; `null`: the largest is. @defaultValue `null` */
  readonly threshold?: number | null;
}

/** Options of {@link FBetaScore}. */
export interface FBetaScoreConfig<Name extends string = string> extends F1ScoreConfig<Name> {
  /** How many times as important recall is as precision. @defaultValue `1` */
  readonly beta?: number;
}

interface Counts {
  readonly truePositives: Variable;
  readonly falsePositives: Variable;
  readonly falseNegatives: Variable;
  readonly weights: Variable;
}

/**
 * `(1 + beta²) · precision · recall / (beta² · precision + recall)` of each class.
 *
 * Shapes: `yTrue` (one-hot or several labels) and `yPred` `[batch, classes]`.
 *
 * @throws ShapeError if they have another rank.
 * @see Keras 3, `keras/src/metrics/f_score_metrics.py`, `FBetaScore`
 * @example
 * const metric = fBetaScore({ beta: 2, average: 'macro' });
 */
export class FBetaScore<
  Name extends string = 'fbeta_score',
  Config extends F1ScoreConfig<Name> = FBetaScoreConfig<Name>,
> extends Metric<Name, Config> {
  static override readonly className: string = 'FBetaScore';
  override readonly direction = 'up' as const;
  readonly #beta: number;
  #counts: Counts | undefined;

  constructor(config: Config & { readonly beta?: number } = {} as Config) {
    const { className } = new.target;
    const fallback = {
      average: null,
      threshold: null,
      ...(className === 'FBetaScore' && { name: 'fbeta_score', beta: 1 }),
    };
    super({ ...fallback, ...config });
    const { average, threshold } = this.config;
    requireOneOf(className, 'average', String(average), ['micro', 'macro', 'weighted', 'null']);
    this.#beta = config.beta ?? 1;
    if (!(this.#beta > 0)) throw new ArgumentError(className, 'beta', 'a number above 0', config.beta);
    if (threshold !== null && threshold !== undefined && !(threshold > 0 && threshold <= 1)) {
      throw new ArgumentError(className, 'threshold', 'a number above 0 and up to 1, or null', threshold);
    }
  }

  override checkOutput(shape: PartialShape): void {
    if (shape.length === 2) return;
    const { className } = this.constructor as typeof FBetaScore;
    throw new ShapeError(`${className}: expected [batch, classes]. Received: yPred ${showShape(shape)}.`);
  }

  protected override update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor | undefined): void {
    const { className } = this.constructor as typeof FBetaScore;
    const [truth, prediction] = sameShapes(className, ops.cast(yTrue, 'float32'), yPred);
    const counts = this.#countsFor(prediction);
    const positive = this.#positives(prediction);
    const axis = this.config.average === 'micro' ? null : 0;
    const weight = sampleWeight && ops.expandDims(sampleWeight, 1);
    const add = (variable: Variable, values: Tensor): void =>
      accumulate(variable, ops.sum(weight ? ops.multiply(values, weight) : values, { axis }));
    add(counts.truePositives, ops.multiply(positive, truth));
    add(counts.falsePositives, ops.multiply(positive, ops.subtract(1, truth)));
    add(counts.falseNegatives, ops.multiply(ops.subtract(1, positive), truth));
    add(counts.weights, truth);
  }

  protected override compute(): Tensor {
    if (!this.#counts) return ops.zeros([]);
    const { truePositives, falsePositives, falseNegatives, weights } = this.#counts;
    const share = (errors: Variable): Tensor =>
      ops.divide(truePositives, ops.add(ops.add(truePositives, errors), epsilon()));
    const [precision, recall] = [share(falsePositives), share(falseNegatives)];
    const betaSquared = this.#beta ** 2;
    const sum = ops.add(ops.multiply(precision, betaSquared), recall);
    const mean = ops.divide(ops.multiply(precision, recall), ops.add(sum, epsilon()));
    const scores = ops.multiply(mean, 1 + betaSquared);
    if (this.config.average === 'weighted') {
      return ops.sum(ops.multiply(scores, ops.divide(weights, ops.add(ops.sum(weights), epsilon()))));
    }
    return this.config.average === null ? scores : ops.mean(scores);
  }

  #positives(prediction: Tensor): Tensor {
    const { threshold } = this.config;
    if (typeof threshold === 'number') return ops.cast(ops.greater(prediction, threshold), 'float32');
    const largest = ops.greaterEqual(prediction, ops.max(prediction, { axis: -1, keepdims: true }));
    return ops.cast(ops.logicalAnd(largest, ops.greater(ops.abs(prediction), 1e-9)), 'float32');
  }

  #countsFor(yPred: Tensor): Counts {
    this.checkOutput(yPred.shape);
    const shape = this.config.average === 'micro' ? [] : [yPred.shape[1]!];
    this.#counts ??= {
      truePositives: this.addVariable('true_positives', shape),
      falsePositives: this.addVariable('false_positives', shape),
      falseNegatives: this.addVariable('false_negatives', shape),
      weights: this.addVariable('intermediate_weights', shape),
    };
    return this.#counts;
  }
}

/** Short for `new FBetaScore(config)`. */
export const fBetaScore = <const Name extends string = 'fbeta_score'>(
  config: FBetaScoreConfig<Name> = {},
): FBetaScore<Name> => new FBetaScore(config);
