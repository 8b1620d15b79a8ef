/**
 * What `map` computes for each element, from the elements of its inputs: `max(add(a, b), 0)`.
 *
 * An input is named by its place, a number is a constant of the type that the function around it asks for. Every function
 * call rounds its result to its type (float32, int32 or bool), so a fused expression gives the same bits as its parts.
 */
export type Expression =
  | { readonly kind: 'input'; readonly index: number }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'call'; readonly fn: string; readonly args: readonly Expression[] };

/** The element of input `index`. */
export const inputOf = (index: number): Expression => ({ kind: 'input', index });

/** A constant. */
export const numberOf = (value: number): Expression => ({ kind: 'number', value });

/** A call of a scalar function (see `scalar-functions.ts`). */
export const callOf = (fn: string, ...args: readonly Expression[]): Expression => ({ kind: 'call', fn, args });
