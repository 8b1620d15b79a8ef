export { Accuracy, accuracy } from './accuracy.ts';
export { AUC, type AUCConfig, auc } from './auc.ts';
export { BinaryAccuracy, type BinaryAccuracyConfig, binaryAccuracy } from './binary-accuracy.ts';
export { BinaryCrossentropy, type BinaryCrossentropyMetricConfig, binaryCrossentropy } from './binary-crossentropy.ts';
export { binaryFocalCrossentropy } from './binary-focal-crossentropy.ts';
export { BinaryIoU, type BinaryIoUConfig, binaryIoU } from './binary-iou.ts';
export { CategoricalAccuracy, categoricalAccuracy } from './categorical-accuracy.ts';
export {
  CategoricalCrossentropy,
  type CategoricalCrossentropyMetricConfig,
  categoricalCrossentropy,
} from './categorical-crossentropy.ts';
export { categoricalFocalCrossentropy } from './categorical-focal-crossentropy.ts';
export { CategoricalHinge, categoricalHinge } from './categorical-hinge.ts';
export { ConcordanceCorrelation, concordanceCorrelation } from './concordance-correlation.ts';
export type { ConfusionCountConfig } from './confusion-count.ts';
export type { RateAtConfig } from './confusion-curve.ts';
export { type AxisMetricConfig, CosineSimilarity, cosineSimilarity } from './cosine-similarity.ts';
export { deserialize } from './deserialize.ts';
export { type F1ScoreConfig, FBetaScore, type FBetaScoreConfig, fBetaScore } from './f-beta-score.ts';
export { F1Score, f1Score } from './f1-score.ts';
export { FalseNegatives, falseNegatives } from './false-negatives.ts';
export { FalsePositives, falsePositives } from './false-positives.ts';
export { getMetric, type MetricIdentifier, type MetricName } from './get-metric.ts';
export { Hinge, hinge } from './hinge.ts';
export { huber } from './huber.ts';
export { IoU, type IoUConfig, iou, type MeanIoUConfig } from './iou.ts';
export { KLDivergence, klDivergence } from './kl-divergence.ts';
export { logCosh } from './log-cosh.ts';
export { LogCoshError, logCoshError } from './log-cosh-error.ts';
export { Mean, mean } from './mean.ts';
export { MeanAbsoluteError, meanAbsoluteError } from './mean-absolute-error.ts';
export { MeanAbsolutePercentageError, meanAbsolutePercentageError } from './mean-absolute-percentage-error.ts';
export { MeanIoU, meanIoU } from './mean-iou.ts';
export { MeanMetricWrapper, type MetricFunction } from './mean-metric-wrapper.ts';
export { MeanSquaredError, meanSquaredError } from './mean-squared-error.ts';
export { MeanSquaredLogarithmicError, meanSquaredLogarithmicError } from './mean-squared-logarithmic-error.ts';
export { type Direction, Metric, type MetricConfig } from './metric.ts';
export { OneHotIoU, type OneHotIoUConfig, oneHotIoU } from './one-hot-iou.ts';
export { OneHotMeanIoU, type OneHotMeanIoUConfig, oneHotMeanIoU } from './one-hot-mean-iou.ts';
export { PearsonCorrelation, pearsonCorrelation } from './pearson-correlation.ts';
export { Poisson, poisson } from './poisson.ts';
export { Precision, precision } from './precision.ts';
export { PrecisionAtRecall, type PrecisionAtRecallConfig, precisionAtRecall } from './precision-at-recall.ts';
export type { PrecisionRecallConfig } from './precision-recall.ts';
export { R2Score, type R2ScoreConfig, r2Score } from './r2-score.ts';
export { Recall, recall } from './recall.ts';
export { RecallAtPrecision, type RecallAtPrecisionConfig, recallAtPrecision } from './recall-at-precision.ts';
export { RootMeanSquaredError, rootMeanSquaredError } from './root-mean-squared-error.ts';
export {
  SensitivityAtSpecificity,
  type SensitivityAtSpecificityConfig,
  sensitivityAtSpecificity,
} from './sensitivity-at-specificity.ts';
export { serialize } from './serialize.ts';
export { SparseCategoricalAccuracy, sparseCategoricalAccuracy } from './sparse-categorical-accuracy.ts';
export {
  SparseCategoricalCrossentropy,
  type SparseCategoricalCrossentropyMetricConfig,
  sparseCategoricalCrossentropy,
} from './sparse-categorical-crossentropy.ts';
export {
  SparseTopKCategoricalAccuracy,
  type SparseTopKCategoricalAccuracyConfig,
  sparseTopKCategoricalAccuracy,
} from './sparse-top-k-categorical-accuracy.ts';
export {
  SpecificityAtSensitivity,
  type SpecificityAtSensitivityConfig,
  specificityAtSensitivity,
} from './specificity-at-sensitivity.ts';
export { SquaredHinge, squaredHinge } from './squared-hinge.ts';
export { Sum, sum } from './sum.ts';
export {
  TopKCategoricalAccuracy,
  type TopKCategoricalAccuracyConfig,
  topKCategoricalAccuracy,
} from './top-k-categorical-accuracy.ts';
export { TrueNegatives, trueNegatives } from './true-negatives.ts';
export { TruePositives, truePositives } from './true-positives.ts';
