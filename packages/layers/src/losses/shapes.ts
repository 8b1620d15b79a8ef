import { config, ShapeError, sameShape, showShape, type Tensor } from '@capas/core';
import { matchRanks } from './reduction.ts';

/** What Keras keeps probabilities away from 0 and 1 by, and divisors from 0. */
export const epsilon = (): number => config.epsilon();

/**
 * Truth and prediction in one shape; a last axis of length 1 that only one of them has does not count.
 *
 * @throws ShapeError if they differ in more.
 */
export function sameShapes(who: string, yTrue: Tensor, yPred: Tensor, hint = ''): [Tensor, Tensor] {
  const pair = matchRanks(yTrue, yPred);
  if (sameShape(pair[0].shape, pair[1].shape)) return pair;
  throw mismatch(who, yTrue, yPred, 'the shape of `yPred`', hint || adviceOn(yTrue, yPred));
}

/**
 * Truth and prediction in one shape, with a class axis: one-hot or soft labels.
 *
 * @throws ShapeError if they differ; integer labels are told of the sparse loss.
 */
export function sameClasses(who: string, yTrue: Tensor, yPred: Tensor, axis = -1): [Tensor, Tensor] {
  return sameShapes(who, yTrue, yPred, adviceOn(yTrue, yPred, axis));
}

/** What to do about labels that may be the numbers of classes, or an output that has one unit for several targets. */
function adviceOn(yTrue: Tensor, yPred: Tensor, axis = -1): string {
  const classes = yPred.shape.at(axis);
  const integers = yTrue.rank === yPred.rank - 1 || (yTrue.rank === yPred.rank && yTrue.shape.at(axis) === 1);
  if (integers && classes !== 1) {
    return `For integer labels use SparseCategoricalCrossentropy ('sparseCategoricalCrossentropy'), or make them one-hot: toCategorical(y, ${classes}).`;
  }
  const targets = yTrue.shape.at(axis);
  return yTrue.rank === yPred.rank && sameShape(yTrue.shape.slice(0, -1), yPred.shape.slice(0, -1))
    ? `Each sample has ${targets} targets: give the last layer ${targets} units.`
    : '';
}

/**
 * The shape of integer labels: that of `yPred` without the classes. `yTrue` may have a last axis of length 1 in their place.
 *
 * @throws ShapeError if the shapes do not fit; one-hot labels are told of the loss for them.
 */
export function withoutClassAxis(who: string, yTrue: Tensor, yPred: Tensor): readonly number[] {
  const batch = yPred.shape.slice(0, -1);
  const column = yTrue.rank === yPred.rank && yTrue.shape.at(-1) === 1;
  if (yPred.rank > 0 && sameShape(column ? yTrue.shape.slice(0, -1) : yTrue.shape, batch)) return batch;
  const hint = sameShape(yTrue.shape, yPred.shape)
    ? "For one-hot labels use CategoricalCrossentropy ('categoricalCrossentropy')."
    : 'Each label is the number of a class.';
  throw mismatch(who, yTrue, yPred, `one label for each prediction, ${showShape(batch)}`, hint);
}

function mismatch(who: string, yTrue: Tensor, yPred: Tensor, expected: string, hint: string): ShapeError {
  return new ShapeError(
    `${who}: \`yTrue\` must have ${expected}. Received: yTrue ${showShape(yTrue.shape)}, yPred ${showShape(yPred.shape)}.${hint && ` ${hint}`}`,
  );
}
