import type { Instruction, ValueId } from '../program/program.ts';
import { type Shape, sameShape, sizeOf } from '../tensor/shape.ts';
import type { ProgramView } from './rewrite.ts';

/*
 * A reshape costs nothing: it names the same elements by another shape. So passes look through reshapes, and write new ones where
 * that brings instructions together.
 */

/** The value that was reshaped to this one, however often, or the value itself. */
export function reshapedFrom(id: ValueId, view: Pick<ProgramView, 'producerOf'>): ValueId {
  const producer = view.producerOf(id);
  return producer?.primitive === 'reshape' ? reshapedFrom(producer.inputs[0]!, view) : id;
}

/** The value under another shape. */
export function reshaped(id: ValueId, shape: Shape, view: ProgramView): ValueId {
  const source = reshapedFrom(id, view);
  const type = view.typeOf(source);
  if (sameShape(type.shape, shape)) return source;
  const data = view.constantOf(source);
  if (data?.length === 1) return view.addConstant(data, { ...type, shape });
  return view.emit({ primitive: 'reshape', inputs: [source], attrs: { shape } })[0]!;
}

/** The instructions that read a value or a reshape of it; `undefined` if it is needed as an output or a state too. */
export function readersThroughReshapes(
  id: ValueId,
  view: Pick<ProgramView, 'readersOf' | 'isKept'>,
): readonly Instruction[] | undefined {
  if (view.isKept(id)) return undefined;
  const readers = new Set<Instruction>();
  for (const reader of view.readersOf(id)) {
    const behind = reader.primitive === 'reshape' ? readersThroughReshapes(reader.outputs[0]!, view) : [reader];
    if (!behind) return undefined;
    for (const instruction of behind) readers.add(instruction);
  }
  return [...readers];
}

/**
 * The shape in which a value that broadcasts to `from` broadcasts to `to`, a reshape of `from`, so that each element stands where
 * it stood; `undefined` if there is none.
 *
 * @example
 * shapeThrough([3], [2, 3], [2, 1, 3]);  // [3]
 * shapeThrough([2, 1], [2, 3], [2, 1, 3]);  // [2, 1, 1]
 * shapeThrough([3], [2, 5, 3], [10, 3]);  // [3]
 * shapeThrough([3], [2, 3], [6]);  // undefined
 */
export function shapeThrough(shape: Shape, from: Shape, to: Shape): Shape | undefined {
  if (sizeOf(shape) === sizeOf(from)) return to;
  if (sizeOf(shape) === 1) return shape.length <= to.length ? shape : [];
  const axes = sameAxes(from, to);
  if (!axes) return lastAxes(shape, from, to);
  const missing = from.length - shape.length;
  const dims = axes.map((axis) => (axis === undefined ? 1 : (shape[axis - missing] ?? 1)));
  const first = dims.findIndex((dim) => dim !== 1);
  return dims.slice(Math.max(first, 0));
}

/** The last axes of `to`, if they have the elements that `shape` has as the last ones of `from`: those of a bias. */
function lastAxes(shape: Shape, from: Shape, to: Shape): Shape | undefined {
  const dims = shape.slice(shape.findIndex((dim) => dim !== 1));
  if (!sameShape(dims, from.slice(-dims.length))) return undefined;
  const axis = to.findLastIndex((_, at) => sizeOf(to.slice(at)) === sizeOf(dims));
  return axis < 0 ? undefined : to.slice(axis);
}

/** For each axis of `to` the axis of `from` that it is, if they differ only in axes of size 1. */
function sameAxes(from: Shape, to: Shape): readonly (number | undefined)[] | undefined {
  const wide = from.flatMap((dim, axis) => (dim === 1 ? [] : [axis]));
  const dims = to.filter((dim) => dim !== 1);
  if (
    !sameShape(
      dims,
      wide.map((axis) => from[axis]!),
    )
  )
    return undefined;
  let next = 0;
  return to.map((dim) => (dim === 1 ? undefined : wide[next++]));
}
