import { ops, type Shape, type Tensor } from '@capas/core';
import { collectLosses } from '../../call-context.ts';

/** What is run along the time axis. */
interface Recurrence {
  /** `[output, ...nextStates]` of a step, from its input and the states. */
  readonly step: (x: Tensor, states: readonly Tensor[]) => readonly Tensor[];
  /** `[batch, steps, …]`, of one step at least. */
  readonly sequences: Tensor;
  /** The states before the first step. */
  readonly states: readonly Tensor[];
  /** The shape of an output. */
  readonly outputShape: Shape;
  /** `[batch, steps]` or `[batch, steps, 1]`: `true` where a step counts. */
  readonly mask: Tensor | undefined;
  /** From the last step to the first; the outputs are in that order. */
  readonly goBackwards: boolean;
  readonly unroll: boolean;
  /** The output of a masked step: 0, or that of the step before. */
  readonly zeroOutputForMask: boolean;
  /** Whether the outputs of all steps are wanted, or the last. */
  readonly returnSequences: boolean;
}

/** What comes out. */
export interface Recurred {
  /** The outputs `[batch, steps, …]`, or the last one. */
  readonly output: Tensor;
  /** The states after the last step. */
  readonly states: readonly Tensor[];
  /** What the steps added to the loss, each the sum over all steps. */
  readonly losses: readonly Tensor[];
}

/**
 * Runs a step along the time axis of a batch of sequences. A masked step changes no state.
 *
 * @see Keras 3, `keras/src/backend/tensorflow/rnn.py`, `rnn`
 */
export function recur(recurrence: Recurrence): Recurred {
  return recurrence.mask ? masked(recurrence, recurrence.mask) : unmasked(recurrence);
}

function unmasked(recurrence: Recurrence): Recurred {
  const { step, sequences, states, returnSequences } = recurrence;
  let place = 0;
  const [last, { shown, losses }] = ops.scan(
    (before: readonly Tensor[], x: Tensor) => {
      const { result, losses: added } = collectLosses(() => step(x, before));
      const [output, ...next] = result as readonly [Tensor, ...Tensor[]];
      place = next.indexOf(output);
      // an output that is a state too is there in the end, without one for each step
      return [next, { shown: returnSequences || place < 0 ? output : null, losses: listed(added) }];
    },
    states,
    timeFirst(sequences),
    direction(recurrence),
  );
  const output = shown ? (returnSequences ? inOrder : lastStep)(shown, recurrence) : last[place]!;
  return { output, states: last, losses: summed(losses) };
}

function masked(recurrence: Recurrence, given: Tensor): Recurred {
  const { step, sequences, states, outputShape, returnSequences, goBackwards, unroll } = recurrence;
  const zeros = ops.zeros(outputShape);
  const masks = timeFirst(ops.cast(given, 'bool'));
  // Keras zeroes the outputs of an unrolled backward layer at the end, by the mask in the order of time: models made with it count on that
  const isZeroedLate = recurrence.zeroOutputForMask && returnSequences && goBackwards && unroll;
  const zeroOutputForMask = recurrence.zeroOutputForMask && !isZeroedLate;
  const [[output, ...last], { shown, losses }] = ops.scan(
    ([previous, ...before]: readonly Tensor[], { x, mask }: { x: Tensor; mask: Tensor }) => {
      const { result, losses: added } = collectLosses(() => step(x, before));
      const [made, ...next] = result as readonly [Tensor, ...Tensor[]];
      const chosen = choose(mask, made, zeroOutputForMask ? zeros : previous!);
      const kept = next.map((state, i) => choose(mask, state, before[i]!));
      return [[chosen, ...kept], { shown: returnSequences ? chosen : null, losses: listed(added) }];
    },
    [zeros, ...states],
    { x: timeFirst(sequences), mask: masks },
    direction(recurrence),
  );
  if (!shown) return { output: output!, states: last, losses: summed(losses) };
  const outputs = inOrder(shown, recurrence);
  const visible = isZeroedLate ? choose(timeFirst(masks), outputs, ops.zerosLike(outputs)) : outputs;
  return { output: visible, states: last, losses: summed(losses) };
}

const direction = ({ goBackwards, unroll }: Recurrence): { reverse: boolean; unroll: boolean } => ({
  reverse: goBackwards,
  unroll,
});

/** The outputs of all steps, batch first, in the order in which they were made. */
const inOrder = (outputs: Tensor, { goBackwards }: Recurrence): Tensor =>
  timeFirst(goBackwards ? ops.flip(outputs, { axis: 0 }) : outputs);

/** The output of the step that was made last. */
const lastStep = (outputs: Tensor, { goBackwards }: Recurrence): Tensor =>
  stepAt(outputs, 0, goBackwards ? 0 : outputs.shape[0]! - 1);

/** One step of sequences whose time axis is `axis`. */
export function stepAt(x: Tensor, axis: number, index: number): Tensor {
  const start = x.shape.map((_, i) => (i === axis ? index : 0));
  const shape = x.shape.map((dim, i) => (i === axis ? 1 : dim));
  return ops.squeeze(ops.slice(x, start, shape), { axis });
}

/** The losses of a step as a part of what it puts out; none are `null`, since an empty list would be an empty tensor. */
export const listed = (losses: readonly Tensor[]): readonly Tensor[] | null => (losses.length > 0 ? losses : null);

/** The losses of all steps, `[steps]` each, as scalars. */
export const summed = (losses: readonly Tensor[] | null): readonly Tensor[] =>
  (losses ?? []).map((loss) => ops.sum(loss));

/** Exchanges the axes of batch and time. */
export const timeFirst = (x: Tensor): Tensor => ops.swapaxes(x, 0, 1);

/** `value` where the mask holds, else `other`; the mask has the first axes of both. */
const choose = (mask: Tensor, value: Tensor, other: Tensor): Tensor =>
  ops.where(ops.reshape(mask, [...mask.shape, ...new Array(value.rank - mask.rank).fill(1)]), value, other);
