import type { ValueId } from '../program/program.ts';
import { type Shape, sameShape, sizeOf } from '../tensor/shape.ts';
import { expressionOf, mapStep } from './map-steps.ts';
import { reshaped } from './reshapes.ts';
import type { ProgramView } from './rewrite.ts';

/*
 * The gradient of a mean repeats each row for everything that the mean was taken of. Who reads the rows one by one can read each
 * once, if it knows how often it stands there. A value of `rows` rows is one whose first axes have that many elements.
 */

/** How many rows that follow each other are equal, for all that the program tells: each is there so often. */
export function repeatsOf(id: ValueId, rows: number, view: ProgramView): number {
  const { shape } = view.typeOf(id);
  const axes = rowAxes(shape, rows);
  if (axes === undefined) return 1;
  if (view.constantOf(id)?.length === 1) return rows;
  const producer = view.producerOf(id);
  switch (producer?.primitive) {
    case 'reshape':
      return repeatsOf(producer.inputs[0]!, rows, view);
    case 'map':
    case 'broadcast': {
      const repeats = producer.inputs.map((input) => {
        const own = rowDims(view.typeOf(input).shape, shape, axes);
        const kept = own.findLastIndex((dim) => dim !== 1) + 1;
        if (kept === axes) return repeatsOf(input, rows, view);
        return own.slice(0, kept).every((dim, axis) => dim === shape[axis]) ? sizeOf(shape.slice(kept, axes)) : 1;
      });
      const least = Math.min(...repeats);
      // What is the same for all rows fits everywhere.
      return repeats.every((repeat) => repeat === least || repeat === rows) ? least : 1;
    }
    default:
      return 1;
  }
}

/** The value with each row once, of those that {@link repeatsOf} counts: `[rows / repeat, …rest]`. */
export function withoutRepeats(id: ValueId, rows: number, repeat: number, view: ProgramView): ValueId {
  const type = view.typeOf(id);
  const axes = rowAxes(type.shape, rows)!;
  const shape = [rows / repeat, ...type.shape.slice(axes)];
  const data = view.constantOf(id);
  if (data) return view.addConstant(data, { ...type, shape });
  const producer = view.producerOf(id)!;
  if (repeat === 1) return reshaped(id, shape, view);
  if (producer.primitive === 'reshape') {
    return reshaped(withoutRepeats(producer.inputs[0]!, rows, repeat, view), shape, view);
  }
  const inputs = producer.inputs.map((input) => {
    const own = view.typeOf(input).shape;
    const dims = rowDims(own, type.shape, axes);
    if (dims.every((dim) => dim === 1))
      return reshaped(input, own.slice(Math.max(0, own.length - type.shape.length + axes)), view);
    if (dims.every((dim, axis) => dim === type.shape[axis])) return withoutRepeats(input, rows, repeat, view);
    return reshaped(input, [rows / repeat, ...own.slice(own.length - type.shape.length + axes)], view);
  });
  if (producer.primitive === 'broadcast' && sameShape(view.typeOf(inputs[0]!).shape, shape)) return inputs[0]!;
  if (producer.primitive === 'broadcast') return view.emit({ primitive: 'broadcast', inputs, attrs: { shape } })[0]!;
  const step = mapStep({ attrs: producer.attrs, inputs, expr: expressionOf(producer), shape }, view);
  return view.emit(step, producer.origin)[0]!;
}

/** How many of the first axes of a shape have `rows` elements together. */
function rowAxes(shape: Shape, rows: number): number | undefined {
  const axes = shape.findIndex((_, axis) => sizeOf(shape.slice(0, axis + 1)) === rows);
  return axes < 0 ? undefined : axes + 1;
}

/** What a value that broadcasts to `shape` has for its first axes. */
const rowDims = (own: Shape, shape: Shape, axes: number): number[] =>
  Array.from({ length: axes }, (_, axis) => own[axis - (shape.length - own.length)] ?? 1);
