import { type Shape, ShapeError, sameShape, showShape, type Tensor, type TensorLike, toTensor } from '@capas/core';
import type { CallOptions } from '../../layer-config.ts';
import { standsForTensor } from '../../layer-inputs.ts';
import type { Masks } from '../../masking.ts';
import { isSymbolic, type SymbolicTensor } from '../../symbolic-tensor.ts';

/** One state or a list of them. */
export type InitialState = TensorLike | SymbolicTensor | readonly (TensorLike | SymbolicTensor)[];

/** What is passed to a recurrent layer beside its input. */
export interface RecurrentCallOptions extends CallOptions {
  /** The states before the first step, one or a list; may be symbolic too. @defaultValue those of the cell: zeros */
  readonly initialState?: InitialState | null | undefined;
}

/** The sequences that a recurrent layer was called on, and its options; states that stand behind them in a list among these. */
export function splitInputs(
  inputs: unknown,
  options: RecurrentCallOptions,
): RecurrentCallOptions & { readonly sequences: TensorLike } {
  const isList = Array.isArray(inputs) && inputs.some((item) => standsForTensor(item) || isSymbolic(item));
  const [sequences, ...behind] = isList ? (inputs as TensorLike[]) : [inputs as TensorLike];
  const states = behind.length > 0 ? behind : listIn(options.initialState);
  return { ...options, sequences: sequences!, ...(states && { initialState: states }) };
}

/** The given states as tensors. @throws ShapeError if they are not of these shapes */
export function requireStates(who: string, given: InitialState, shapes: readonly Shape[]): readonly Tensor[] {
  // lists of numbers are one state, unless they are deeper than it
  const isList = Array.isArray(given) && (given.some(standsForTensor) || depthOf(given) > shapes[0]!.length);
  const states = (isList ? given : [given]).map((state) => toTensor(state as TensorLike, 'float32', who));
  if (states.length !== shapes.length || states.some(({ shape }, i) => !sameShape(shape, shapes[i]!))) {
    throw new ShapeError(
      `${who}: \`initialState\` must be ${shapes.length === 1 ? 'a tensor of shape' : `${shapes.length} tensors of the shapes`} ${showAll(shapes)}. Received: ${showAll(states.map(({ shape }) => shape))}.`,
    );
  }
  return states;
}

/** The mask of the sequences, where those of other inputs stand beside it. */
export const firstMask = (masks: Masks): Tensor | undefined =>
  Array.isArray(masks) ? (masks as readonly (Tensor | undefined)[])[0] : (masks as Tensor | undefined);

/** The mask for a batch of sequences. @throws ShapeError if it has not an element for each step */
export function requireMask(who: string, masks: Masks, sequences: Tensor): Tensor | undefined {
  const mask = firstMask(masks);
  const wanted = sequences.shape.slice(0, 2);
  if (!mask || (mask.rank >= 2 && sameShape(mask.shape.slice(0, 2), wanted))) return mask;
  throw new ShapeError(
    `${who}: the mask of an input of shape ${showShape(sequences.shape)} must have the shape ${showShape(wanted)}. Received: ${showShape(mask.shape)}.`,
  );
}

/** The tensors in a list of them, and in lists in it, as stacked cells have them; `undefined` where there are none. */
function listIn(states: unknown): TensorLike[] | undefined {
  const list: unknown[] = Array.isArray(states) ? states.flat(Number.POSITIVE_INFINITY) : [];
  return list.some((item) => standsForTensor(item) || isSymbolic(item)) ? (list as TensorLike[]) : undefined;
}

const depthOf = (value: unknown): number => (Array.isArray(value) ? 1 + depthOf(value[0]) : 0);

const showAll = (shapes: readonly Shape[]): string => shapes.map(showShape).join(', ');
