import type { ValueId } from '../program/program.ts';
import type { Shape } from '../tensor/shape.ts';
import { reshaped } from './reshapes.ts';
import type { ProgramView } from './rewrite.ts';

/*
 * What moves elements along one axis; each gives the value itself where nothing is to be done.
 */

/** `count` elements of an axis: those at `start`, `start + step` … */
export function partOf(
  view: ProgramView,
  x: ValueId,
  axis: number,
  { start, count, step = 1 }: { readonly start: number; readonly count: number; readonly step?: number },
): ValueId {
  const { shape } = view.typeOf(x);
  if (start === 0 && count === shape[axis]) return x;
  const begin = shape.map((_, i) => (i === axis ? start : 0));
  const strides = shape.map((_, i) => (i === axis ? step : 1));
  return view.emit({ primitive: 'slice', inputs: [x], attrs: { begin, size: shape.with(axis, count), strides } })[0]!;
}

/** Zeros before and after an axis. */
export function paddedAlong(view: ProgramView, x: ValueId, axis: number, before: number, after: number): ValueId {
  if (before === 0 && after === 0) return x;
  const pads = view.typeOf(x).shape.map((_, i) => (i === axis ? [before, after] : [0, 0]));
  return view.emit({ primitive: 'pad', inputs: [x], attrs: { pads, value: 0 } })[0]!;
}

/** Values behind each other along an axis. */
export function joined(view: ProgramView, parts: readonly ValueId[], axis: number): ValueId {
  return parts.length === 1 ? parts[0]! : view.emit({ primitive: 'concat', inputs: parts, attrs: { axis } })[0]!;
}

/** The axes in another order. */
export function reordered(view: ProgramView, x: ValueId, perm: readonly number[]): ValueId {
  return view.emit({ primitive: 'transpose', inputs: [x], attrs: { perm } })[0]!;
}

/** The value with two neighbouring axes as one. */
export function merged(view: ProgramView, x: ValueId, axis: number): ValueId {
  const { shape } = view.typeOf(x);
  return reshaped(x, [...shape.slice(0, axis), shape[axis]! * shape[axis + 1]!, ...shape.slice(axis + 2)], view);
}

/** Zeros of a shape. */
export function zeros(view: ProgramView, shape: Shape): ValueId {
  return view.emit({ primitive: 'fill', inputs: [], attrs: { shape, value: 0, dtype: 'float32' } })[0]!;
}
