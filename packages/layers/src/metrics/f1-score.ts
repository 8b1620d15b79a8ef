import { type F1ScoreConfig, FBetaScore } from './f-beta-score.ts';

/**
 * The harmonic mean of precision and recall of each class.
 *
 * @throws ShapeError unless `yTrue` and `yPred` are `[batch, classes]`.
 * @see Keras 3, `keras/src/metrics/f_score_metrics.py`, `F1Score`
 * @example
 * const metric = f1Score({ average: 'macro', threshold: 0.5 });
 * metric.updateState([[1], [0]], [[0.9], [0.8]]);
 * metric.result(); // precision 1/2, recall 1: 2/3
 */
export class F1Score<Name extends string = 'f1_score'> extends FBetaScore<Name, F1ScoreConfig<Name>> {
  static override readonly className: string = 'F1Score';
}

/** Short for `new F1Score(config)`. */
export const f1Score = <const Name extends string = 'f1_score'>(config: F1ScoreConfig<Name> = {}): F1Score<Name> =>
  new F1Score(config);
