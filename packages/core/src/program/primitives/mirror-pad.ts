import { ArgumentError } from '../../errors.ts';
import { type Shape, sizeOf } from '../../tensor/shape.ts';
import { allocate, definePrimitive, type Elements, type Primitive } from '../primitive.ts';
import { requirePerAxis } from './axes.ts';

/**
 * `x` continued by its mirror image, `pads[i] = [before, after]` elements along axis `i`. `reflect` does not repeat the
 * elements at the border, `symmetric` does.
 */
export const mirrorPad: Primitive = definePrimitive({
  name: 'mirrorPad',
  arity: 1,
  attributes: { pads: 'pairs', mode: ['reflect', 'symmetric'] },
  infer: ([x], { pads, mode }) => {
    const { shape, dtype } = x!;
    requirePerAxis('mirrorPad', 'pads', pads, shape);
    const apart = mode === 'reflect' ? 1 : 0;
    // an empty axis has nothing to mirror; an axis without pads is as it is
    if (pads.some((widths, axis) => widths.some((width) => width < 0 || width > Math.max(0, shape[axis]! - apart)))) {
      throw new ArgumentError('mirrorPad', 'pads', `widths up to the dimensions${apart ? ' less 1' : ''}`, pads);
    }
    return [{ dtype, shape: shape.map((dim, axis) => pads[axis]![0] + dim + pads[axis]![1]) }];
  },
  evaluate: ([x], { pads, mode }, [output]) => {
    const apart = mode === 'reflect' ? 1 : 0;
    const sources = output!.shape.map((dim, axis) => mirroredPlaces(dim, pads[axis]![0], x!.type.shape[axis]!, apart));
    const target = allocate(output!);
    takePlaces(x!.data, x!.type.shape, sources, target);
    return [target];
  },
});

/** Where along an axis of `x` each of `count` elements comes from. */
const mirroredPlaces = (count: number, before: number, length: number, apart: number): number[] =>
  Array.from({ length: count }, (_, i) => {
    const place = i - before;
    if (place < 0) return -place - 1 + apart;
    return place < length ? place : 2 * length - 1 - place - apart;
  });

/** Fills `target` with the elements of `data` at all combinations of places along its axes. */
function takePlaces(data: Elements, shape: Shape, places: readonly (readonly number[])[], target: Elements): void {
  let next = 0;
  const walk = (axis: number, at: number, stride: number): void => {
    if (axis === shape.length) {
      target[next++] = data[at]!;
      return;
    }
    const inner = stride / shape[axis]!;
    for (const place of places[axis]!) walk(axis + 1, at + place * inner, inner);
  };
  if (target.length) walk(0, 0, sizeOf(shape));
}
