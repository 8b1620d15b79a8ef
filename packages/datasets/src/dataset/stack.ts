import { HostArray, type Shape, ShapeError, showShape } from '@capas/core';
import { joinElements, leafToArray } from './element.ts';

/**
 * Joins elements along a new first axis. Numbers become float32, truth values bool; arrays keep their dtype.
 *
 * @throws ShapeError if the leaves of one place differ in shape or dtype
 */
export function stack(who: string, elements: readonly unknown[]): unknown {
  return joinElements(who, elements, (leaves, path) => {
    if (leaves.every((leaf) => typeof leaf === 'number')) return new HostArray(Float32Array.from(leaves as number[]));
    const arrays = leaves.map((leaf) => leafToArray(who, leaf));
    const { shape, dtype } = arrays[0]!;
    for (const [i, array] of arrays.entries()) {
      if (array.dtype === dtype && hasShape(array, shape)) continue;
      throw new ShapeError(
        `${who}: element${path} ${i} of a batch is ${array.dtype} ${showShape(array.shape)}, the first is ${dtype} ${showShape(shape)}. Make them alike with \`map\`, or use \`paddedBatch\`.`,
      );
    }
    const out = HostArray.zeros([arrays.length, ...shape], dtype);
    for (const [i, array] of arrays.entries()) copyInto(out, array, i * array.size);
    return out;
  });
}

/** Copies the elements of `array` to those of `out` from number `at` on. Both have one dtype. */
export function copyInto(out: HostArray, array: HostArray, at: number, from = 0, count: number = array.size): void {
  const [to, data] = [out.data as Uint8Array, array.data as Uint8Array];
  if (out.dtype === 'string') for (let i = 0; i < count; i++) to[at + i] = data[from + i]!;
  else if (from === 0 && count === array.size) to.set(data, at);
  else to.set(data.subarray(from, from + count), at);
}

function hasShape(array: HostArray, shape: Shape): boolean {
  return array.rank === shape.length && array.shape.every((dim, i) => dim === shape[i]);
}
