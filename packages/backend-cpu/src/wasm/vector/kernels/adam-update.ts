import { ADAM_KERNEL, type AdamFactors, sizeOf } from '@capas/core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { VectorKernel } from '../vector-kernel.ts';
import type { VectorUnit } from '../vector-unit.ts';

/** A step of Adam in one pass over the memory; see `adamUpdate` of core. `ids` and `values`: the parts of the gradient. */
export const adamUpdate: VectorKernel = {
  name: ADAM_KERNEL,
  run: ({ unit, inputs, attrs }) => {
    const { value, mean, square, gradient, alpha, ids, values } = inputs as Record<string, TensorInfo>;
    const { meanShare, squareShare, epsilon } = attrs as unknown as AdamFactors;
    const shape = value!.shape;
    const size = sizeOf(shape);
    const outputs = [unit.output(shape), unit.output(shape), unit.output(shape)];
    if (size === 0) return outputs;
    unit.withZeros(3, (factors) => {
      unit.floats(factors, 3).set([meanShare, squareShare, epsilon]);
      const scalars = [factors, factors + 4, factors + 8, unit.address(alpha!)];
      const from = [value!, mean!, square!, gradient!].map((tensor) => unit.address(tensor));
      const to = outputs.map((tensor) => unit.address(tensor));
      /** The elements `start … end − 1`, the squares of their gradients apart if an address is given. */
      const update = (start: number, end: number, squares?: number): void => {
        if (start === end) return;
        const at = (addresses: readonly number[]): number[] => addresses.map((address) => address + 4 * start);
        if (squares === undefined) unit.run.adam!(...at(from), ...scalars, ...at(to), 1, end - start);
        else unit.run.adamWithSquare!(...at(from), squares, ...scalars, ...at(to), 1, end - start);
      };
      if (ids && values) updateByRows(unit, ids, values, shape, update);
      else update(0, size);
    });
    return outputs;
  },
};

/** Rows that nobody looked up have no gradient, so that its square is that of the rule; the others have their own. */
function updateByRows(
  unit: VectorUnit,
  ids: TensorInfo,
  values: TensorInfo,
  shape: readonly number[],
  update: (start: number, end: number, squares?: number) => void,
): void {
  const width = sizeOf(shape.slice(1));
  const rowIds = Int32Array.from(unit.integers(ids));
  const touched = Int32Array.from(new Set(rowIds)).sort();
  unit.withZeros(touched.length * width, (squares) => {
    const place = new Map(Array.from(touched, (id, i) => [id, i * width]));
    const parts = unit.values(values);
    const sums = unit.floats(squares, touched.length * width);
    for (let i = 0, from = 0; i < rowIds.length; i++, from += width) {
      const to = place.get(rowIds[i]!)!;
      for (let j = 0; j < width; j++) {
        const part = parts[from + j]!;
        sums[to + j] = sums[to + j]! + Math.fround(part * part);
      }
    }
    let done = 0;
    touched.forEach((id, i) => {
      update(done, id * width);
      done = (id + 1) * width;
      update(id * width, done, squares + 4 * i * width);
    });
    update(done, shape[0]! * width);
  });
}
