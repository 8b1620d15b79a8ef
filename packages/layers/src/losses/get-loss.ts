import type { PartialShape } from '@capas/core';
import { type EitherCase, lookup, type Maker, type Serialized } from '../registry.ts';
import { binaryCrossentropy } from './binary-crossentropy.ts';
import { binaryFocalCrossentropy } from './binary-focal-crossentropy.ts';
import { categoricalCrossentropy } from './categorical-crossentropy.ts';
import { categoricalFocalCrossentropy } from './categorical-focal-crossentropy.ts';
import { categoricalGeneralizedCrossEntropy } from './categorical-generalized-cross-entropy.ts';
import { categoricalHinge } from './categorical-hinge.ts';
import { circle } from './circle.ts';
import { cosineSimilarity } from './cosine-similarity.ts';
import { ctc } from './ctc.ts';
import { dice } from './dice.ts';
import { hinge } from './hinge.ts';
import { huber } from './huber.ts';
import { klDivergence } from './kl-divergence.ts';
import { logCosh } from './log-cosh.ts';
import { Loss } from './loss.ts';
import { type LossFunction, LossFunctionWrapper } from './loss-function-wrapper.ts';
import { meanAbsoluteError } from './mean-absolute-error.ts';
import { meanAbsolutePercentageError } from './mean-absolute-percentage-error.ts';
import { meanSquaredError } from './mean-squared-error.ts';
import { meanSquaredLogarithmicError } from './mean-squared-logarithmic-error.ts';
import { poisson } from './poisson.ts';
import { sparseCategoricalCrossentropy } from './sparse-categorical-crossentropy.ts';
import { squaredHinge } from './squared-hinge.ts';
import { tversky } from './tversky.ts';

type CamelName =
  | 'binaryCrossentropy'
  | 'binaryFocalCrossentropy'
  | 'categoricalCrossentropy'
  | 'categoricalFocalCrossentropy'
  | 'categoricalGeneralizedCrossEntropy'
  | 'categoricalHinge'
  | 'circle'
  | 'cosineSimilarity'
  | 'ctc'
  | 'dice'
  | 'hinge'
  | 'huber'
  | 'klDivergence'
  | 'logCosh'
  | 'meanAbsoluteError'
  | 'meanAbsolutePercentageError'
  | 'meanSquaredError'
  | 'meanSquaredLogarithmicError'
  | 'poisson'
  | 'sparseCategoricalCrossentropy'
  | 'squaredHinge'
  | 'tversky';

type Alias = 'bce' | 'kld' | 'mae' | 'mape' | 'mse' | 'msle';

/** The names of losses, in camelCase or snake_case. `'crossentropy'` and `'ce'` choose by the shapes. */
export type LossName = EitherCase<CamelName> | Alias | 'crossentropy' | 'ce';

/** What stands for a loss in `compile`: its name, a loss, a function of tensors, or a serialized loss. */
export type LossIdentifier = LossName | Loss | LossFunction | Serialized;

const makers: Readonly<Record<CamelName | Alias, Maker<Loss>>> = {
  binaryCrossentropy,
  binaryFocalCrossentropy,
  categoricalCrossentropy,
  categoricalFocalCrossentropy,
  categoricalGeneralizedCrossEntropy,
  categoricalHinge,
  circle,
  cosineSimilarity,
  ctc,
  dice,
  hinge,
  huber,
  klDivergence,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  poisson,
  sparseCategoricalCrossentropy,
  squaredHinge,
  tversky,
  bce: binaryCrossentropy,
  kld: klDivergence,
  mae: meanAbsoluteError,
  mape: meanAbsolutePercentageError,
  mse: meanSquaredError,
  msle: meanSquaredLogarithmicError,
};

/** The shapes of one output and its labels; the batch axis may be `null`. */
export interface LabelShapes {
  readonly yTrueShape: PartialShape;
  readonly yPredShape: PartialShape;
}

/**
 * The loss that an identifier stands for.
 *
 * `'crossentropy'` (or `'ce'`) is the binary, sparse or categorical crossentropy, as the shapes say.
 *
 * @throws UnknownNameError if no loss has the name; the nearest ones are suggested.
 * @example
 * getLoss('sparse_categorical_crossentropy');
 */
export function getLoss(identifier: LossIdentifier, shapes?: LabelShapes): Loss {
  if (typeof identifier === 'function') return new LossFunctionWrapper(identifier);
  if (typeof identifier !== 'string' || !shapes || !isCrossentropy(identifier)) {
    return lookup('loss', identifier, makers, isLoss);
  }
  return { binary: binaryCrossentropy, sparse: sparseCategoricalCrossentropy, categorical: categoricalCrossentropy }[
    kindOfLabels(shapes)
  ]();
}

/** Whether the name leaves the kind of crossentropy open. */
export const isCrossentropy = (name: string): boolean => /^(crossentropy|ce)$/i.test(name);

/** How classes stand in labels, judged as Keras does: two classes in one number, their numbers, or one-hot. */
export function kindOfLabels({ yTrueShape, yPredShape }: LabelShapes): 'binary' | 'sparse' | 'categorical' {
  const classes = yPredShape.at(-1) ?? 0;
  if (classes === 1) return 'binary';
  const oneColumn = yTrueShape.at(-1) === 1 && classes > 1;
  return yTrueShape.length < yPredShape.length || oneColumn ? 'sparse' : 'categorical';
}

const isLoss = (value: unknown): value is Loss => value instanceof Loss;
