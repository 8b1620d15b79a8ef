import { isCrossentropy, kindOfLabels, type LabelShapes } from '../losses/get-loss.ts';
import { type EitherCase, findByName, lookup, type Maker, type Serialized } from '../registry.ts';
import { accuracy } from './accuracy.ts';
import { auc } from './auc.ts';
import { binaryAccuracy } from './binary-accuracy.ts';
import { binaryCrossentropy } from './binary-crossentropy.ts';
import { binaryFocalCrossentropy } from './binary-focal-crossentropy.ts';
import { binaryIoU } from './binary-iou.ts';
import { categoricalAccuracy } from './categorical-accuracy.ts';
import { categoricalCrossentropy } from './categorical-crossentropy.ts';
import { categoricalFocalCrossentropy } from './categorical-focal-crossentropy.ts';
import { categoricalHinge } from './categorical-hinge.ts';
import { concordanceCorrelation } from './concordance-correlation.ts';
import { cosineSimilarity } from './cosine-similarity.ts';
import { fBetaScore } from './f-beta-score.ts';
import { f1Score } from './f1-score.ts';
import { falseNegatives } from './false-negatives.ts';
import { falsePositives } from './false-positives.ts';
import { hinge } from './hinge.ts';
import { huber } from './huber.ts';
import { iou } from './iou.ts';
import { klDivergence } from './kl-divergence.ts';
import { logCosh } from './log-cosh.ts';
import { logCoshError } from './log-cosh-error.ts';
import { mean } from './mean.ts';
import { meanAbsoluteError } from './mean-absolute-error.ts';
import { meanAbsolutePercentageError } from './mean-absolute-percentage-error.ts';
import { meanIoU } from './mean-iou.ts';
import { MeanMetricWrapper, type MetricFunction } from './mean-metric-wrapper.ts';
import { meanSquaredError } from './mean-squared-error.ts';
import { meanSquaredLogarithmicError } from './mean-squared-logarithmic-error.ts';
import { Metric, type MetricConfig } from './metric.ts';
import { oneHotIoU } from './one-hot-iou.ts';
import { oneHotMeanIoU } from './one-hot-mean-iou.ts';
import { pearsonCorrelation } from './pearson-correlation.ts';
import { poisson } from './poisson.ts';
import { precision } from './precision.ts';
import { precisionAtRecall } from './precision-at-recall.ts';
import { r2Score } from './r2-score.ts';
import { recall } from './recall.ts';
import { recallAtPrecision } from './recall-at-precision.ts';
import { rootMeanSquaredError } from './root-mean-squared-error.ts';
import { sensitivityAtSpecificity } from './sensitivity-at-specificity.ts';
import { sparseCategoricalAccuracy } from './sparse-categorical-accuracy.ts';
import { sparseCategoricalCrossentropy } from './sparse-categorical-crossentropy.ts';
import { sparseTopKCategoricalAccuracy } from './sparse-top-k-categorical-accuracy.ts';
import { specificityAtSensitivity } from './specificity-at-sensitivity.ts';
import { squaredHinge } from './squared-hinge.ts';
import { sum } from './sum.ts';
import { topKCategoricalAccuracy } from './top-k-categorical-accuracy.ts';
import { trueNegatives } from './true-negatives.ts';
import { truePositives } from './true-positives.ts';

type CamelName =
  | 'auc'
  | 'binaryAccuracy'
  | 'binaryCrossentropy'
  | 'binaryFocalCrossentropy'
  | 'binaryIoU'
  | 'categoricalAccuracy'
  | 'categoricalCrossentropy'
  | 'categoricalFocalCrossentropy'
  | 'categoricalHinge'
  | 'concordanceCorrelation'
  | 'cosineSimilarity'
  | 'f1Score'
  | 'fBetaScore'
  | 'falseNegatives'
  | 'falsePositives'
  | 'hinge'
  | 'huber'
  | 'klDivergence'
  | 'logCosh'
  | 'logCoshError'
  | 'meanAbsoluteError'
  | 'meanAbsolutePercentageError'
  | 'meanSquaredError'
  | 'meanSquaredLogarithmicError'
  | 'pearsonCorrelation'
  | 'poisson'
  | 'precision'
  | 'r2Score'
  | 'recall'
  | 'rootMeanSquaredError'
  | 'sparseCategoricalAccuracy'
  | 'sparseCategoricalCrossentropy'
  | 'sparseTopKCategoricalAccuracy'
  | 'squaredHinge'
  | 'topKCategoricalAccuracy'
  | 'trueNegatives'
  | 'truePositives';

type Alias = 'bce' | 'kld' | 'mae' | 'mape' | 'mse' | 'msle' | 'rmse';

/**
 * The names of metrics, in camelCase or snake_case. `'accuracy'` (`'acc'`) and `'crossentropy'` (`'ce'`) choose by the shapes.
 */
export type MetricName = EitherCase<CamelName> | Alias | 'accuracy' | 'acc' | 'crossentropy' | 'ce';

/** What stands for a metric in `compile`: its name, a metric, a function of tensors, or a serialized metric. */
export type MetricIdentifier = MetricName | Metric | MetricFunction | Serialized;

const makers: Readonly<Record<string, Maker<Metric>>> = {
  accuracy,
  auc,
  binaryAccuracy,
  binaryCrossentropy,
  binaryFocalCrossentropy,
  binaryIoU,
  categoricalAccuracy,
  categoricalCrossentropy,
  categoricalFocalCrossentropy,
  categoricalHinge,
  concordanceCorrelation,
  cosineSimilarity,
  f1Score,
  fBetaScore,
  falseNegatives,
  falsePositives,
  hinge,
  huber,
  iou,
  klDivergence,
  logCosh,
  logCoshError,
  mean,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanIoU,
  meanSquaredError,
  meanSquaredLogarithmicError,
  oneHotIoU,
  oneHotMeanIoU,
  pearsonCorrelation,
  poisson,
  precision,
  precisionAtRecall,
  r2Score,
  recall,
  recallAtPrecision,
  rootMeanSquaredError,
  sensitivityAtSpecificity,
  sparseCategoricalAccuracy,
  sparseCategoricalCrossentropy,
  sparseTopKCategoricalAccuracy,
  specificityAtSensitivity,
  squaredHinge,
  sum,
  topKCategoricalAccuracy,
  trueNegatives,
  truePositives,
  bce: binaryCrossentropy,
  kld: klDivergence,
  mae: meanAbsoluteError,
  mape: meanAbsolutePercentageError,
  mse: meanSquaredError,
  msle: meanSquaredLogarithmicError,
  rmse: rootMeanSquaredError,
};

/** Which accuracy and which crossentropy suit the labels. */
const byLabels = {
  accuracy: { binary: binaryAccuracy, sparse: sparseCategoricalAccuracy, categorical: categoricalAccuracy },
  crossentropy: {
    binary: binaryCrossentropy,
    sparse: sparseCategoricalCrossentropy,
    categorical: categoricalCrossentropy,
  },
};

/**
 * The metric that an identifier stands for. One found by a name has that name, as it was given, in logs.
 *
 * `'accuracy'` is the binary accuracy where the prediction is one number, the sparse one where labels have no class axis, else
 * the categorical one; without shapes it is {@link Accuracy}. `'crossentropy'` likewise.
 *
 * @throws UnknownNameError if no metric has the name; the nearest ones are suggested.
 * @example
 * getMetric('accuracy', { yTrueShape: [null], yPredShape: [null, 10] }); // SparseCategoricalAccuracy, named 'accuracy'
 */
export function getMetric(identifier: MetricIdentifier, shapes?: LabelShapes): Metric {
  if (typeof identifier === 'function') {
    return new MeanMetricWrapper(identifier, identifier.name ? { name: identifier.name } : {});
  }
  if (typeof identifier !== 'string') return lookup('metric', identifier, makers, isMetric);
  const config: MetricConfig = { name: identifier };
  const family = /^acc(uracy)?$/i.test(identifier)
    ? 'accuracy'
    : isCrossentropy(identifier)
      ? 'crossentropy'
      : undefined;
  if (family && shapes) return byLabels[family][kindOfLabels(shapes)](config);
  const maker = family === 'accuracy' ? accuracy : findByName('metric', identifier, makers);
  // the names of metrics that need options are not in MetricName; theirs check what they miss
  return (maker as (config: MetricConfig) => Metric)(config);
}

const isMetric = (value: unknown): value is Metric => value instanceof Metric;
