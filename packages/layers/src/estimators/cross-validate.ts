import {
  ArgumentError,
  drawSeed,
  HostArray,
  requireInteger,
  setSeed,
  shuffledIndices,
  type TensorLike,
} from '@capas/core';
import type { InputData } from '../training/data-adapter.ts';
import { Classifier } from './classifier.ts';
import type { Estimator } from './estimator.ts';
import { classesOf, type Label, type Labels, toLabels } from './labels.ts';
import { hostArray, toRows } from './rows.ts';

/** Options of {@link crossValidate}. */
export interface CrossValidateOptions {
  /** The number of parts. @defaultValue 5 */
  readonly folds?: number;
  /** Whether samples come into parts in an order that is drawn. @defaultValue `false` */
  readonly shuffle?: boolean;
  /** Makes all repeatable: the parts, and of each model initial weights, order of the samples, dropout. @defaultValue a random one */
  readonly seed?: number;
  /** Whether each part has its share of each class. @defaultValue `true` for a classifier */
  readonly stratified?: boolean;
}

/** What {@link crossValidate} found. */
export interface CrossValidation {
  /** The score on each part, trained on the others. */
  readonly testScore: readonly number[];
  readonly mean: number;
  /** The standard deviation of the scores. */
  readonly std: number;
  /** Seconds of each training. */
  readonly fitTime: readonly number[];
}

/**
 * Cuts the samples into parts, and for each part trains a new estimator on all others and scores it on this one. The estimator that is
 * given stays as it is.
 *
 * @example
 * const { mean, std } = await crossValidate(classifier({ model, epochs: 20 }), x, labels, { shuffle: true, seed: 1 });
 */
export async function crossValidate(
  estimator: Estimator<Labels> | Estimator<TensorLike>,
  x: InputData,
  y: Labels | TensorLike,
  options: CrossValidateOptions = {},
): Promise<CrossValidation> {
  const { folds = 5, shuffle = false, seed, stratified = estimator instanceof Classifier } = options;
  const rows = await toRows('crossValidate', x);
  const labels = stratified || estimator instanceof Classifier ? toLabels('crossValidate', y as Labels) : undefined;
  const targets = labels ?? (await hostArray('crossValidate', 'y', y as TensorLike));
  if (targets.length !== rows.length)
    throw new ArgumentError('crossValidate', 'y', `${rows.length} items, one for each sample`, y);
  requireInteger('crossValidate', 'folds', folds, 2);
  if (folds > rows.length)
    throw new ArgumentError('crossValidate', 'folds', `at most ${rows.length}, the samples`, folds);
  const order = shuffle
    ? shuffledIndices(rows.length, seed ?? drawSeed())
    : Int32Array.from({ length: rows.length }, (_, i) => i);
  const parts = stratified ? stratifiedParts(labels!, order, folds) : evenParts(order, folds);
  const [testScore, fitTime]: [number[], number[]] = [[], []];
  for (let part = 0; part < folds; part++) {
    const pick = (isIn: boolean): Int32Array => order.filter((place) => (parts[place] === part) === isIn);
    const take = (places: Int32Array) =>
      targets instanceof HostArray ? targets.take(places) : Array.from(places, (place) => targets[place]!);
    if (seed !== undefined) setSeed(seed + part);
    const fresh = estimator.clone() as Estimator<unknown>;
    try {
      const start = performance.now();
      await fresh.fit(rows.take(pick(false)), take(pick(false)));
      fitTime.push((performance.now() - start) / 1000);
      testScore.push(await fresh.score(rows.take(pick(true)), take(pick(true))));
    } finally {
      fresh.dispose();
    }
  }
  const mean = testScore.reduce((sum, score) => sum + score, 0) / folds;
  const std = Math.sqrt(testScore.reduce((sum, score) => sum + (score - mean) ** 2, 0) / folds);
  return { testScore, mean, std, fitTime };
}

/** The part of each sample: runs in the order, the first of them one longer where it does not divide. */
function evenParts(order: Int32Array, folds: number): Int32Array {
  const parts = new Int32Array(order.length);
  const long = order.length % folds;
  const size = Math.floor(order.length / folds);
  order.forEach((place, i) => {
    const inLong = i < long * (size + 1);
    parts[place] = inLong ? Math.floor(i / (size + 1)) : long + Math.floor((i - long * (size + 1)) / size);
  });
  return parts;
}

/** The part of each sample: class by class dealt out like cards, so that parts and their shares of a class differ by one at most. */
function stratifiedParts(labels: readonly Label[], order: Int32Array, folds: number): Int32Array {
  const parts = new Int32Array(order.length);
  const dealt = classesOf(labels).flatMap((label) => [...order].filter((place) => labels[place] === label));
  dealt.forEach((place, i) => {
    parts[place] = i % folds;
  });
  return parts;
}
