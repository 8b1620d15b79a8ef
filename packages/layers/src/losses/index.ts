export { BinaryCrossentropy, type BinaryCrossentropyConfig, binaryCrossentropy } from './binary-crossentropy.ts';
export {
  BinaryFocalCrossentropy,
  type BinaryFocalCrossentropyConfig,
  binaryFocalCrossentropy,
} from './binary-focal-crossentropy.ts';
export {
  CategoricalCrossentropy,
  type CategoricalCrossentropyConfig,
  categoricalCrossentropy,
} from './categorical-crossentropy.ts';
export {
  CategoricalFocalCrossentropy,
  type CategoricalFocalCrossentropyConfig,
  categoricalFocalCrossentropy,
} from './categorical-focal-crossentropy.ts';
export {
  CategoricalGeneralizedCrossEntropy,
  type CategoricalGeneralizedCrossEntropyConfig,
  categoricalGeneralizedCrossEntropy,
} from './categorical-generalized-cross-entropy.ts';
export { CategoricalHinge, categoricalHinge } from './categorical-hinge.ts';
export { Circle, type CircleConfig, circle } from './circle.ts';
export { CosineSimilarity, type CosineSimilarityConfig, cosineSimilarity } from './cosine-similarity.ts';
export { CTC, ctc } from './ctc.ts';
export { deserialize } from './deserialize.ts';
export { Dice, type DiceConfig, dice } from './dice.ts';
export { getLoss, type LabelShapes, type LossIdentifier, type LossName } from './get-loss.ts';
export { Hinge, hinge } from './hinge.ts';
export { Huber, type HuberConfig, huber } from './huber.ts';
export { KLDivergence, klDivergence } from './kl-divergence.ts';
export { LogCosh, logCosh } from './log-cosh.ts';
export { Loss, type LossConfig } from './loss.ts';
export { type LossFunction, LossFunctionWrapper } from './loss-function-wrapper.ts';
export { MeanAbsoluteError, meanAbsoluteError } from './mean-absolute-error.ts';
export { MeanAbsolutePercentageError, meanAbsolutePercentageError } from './mean-absolute-percentage-error.ts';
export { MeanSquaredError, meanSquaredError } from './mean-squared-error.ts';
export { MeanSquaredLogarithmicError, meanSquaredLogarithmicError } from './mean-squared-logarithmic-error.ts';
export { Poisson, poisson } from './poisson.ts';
export type { Reduction, ReductionName } from './reduction.ts';
export { serialize } from './serialize.ts';
export {
  SparseCategoricalCrossentropy,
  type SparseCategoricalCrossentropyConfig,
  sparseCategoricalCrossentropy,
} from './sparse-categorical-crossentropy.ts';
export { checkSparseLabels, type SparseLabelOptions } from './sparse-labels.ts';
export { SquaredHinge, squaredHinge } from './squared-hinge.ts';
export { Tversky, type TverskyConfig, tversky } from './tversky.ts';
