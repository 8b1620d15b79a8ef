import { ADAM_KERNEL, type AdamFactors, sizeOf } from '@capas/core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { VectorKernel } from '../vector-kernel.ts';
import type { VectorUnit } from '../vector-unit.ts';

/** A step of Adam in one pass over the memory; see `adamUpdate` of core. `ids` and `values`: the parts of the gradient. */
export const adamUpdate: VectorKernel = {
  name: ADAM_KERNEL,
  run: ({ unit, inputs, attrs }) => {
    const { value, mean, square, gradient, alpha, ids, values } = inputs as Record<string, TensorInfo>;
    const { meanShare, squareShare, epsilon, inPlace } = attrs as unknown as AdamFactors;
    const shape = value!.shape;
    const size = sizeOf(shape);
    const outputs = [value, mean, square].map((tensor) =>
      inPlace && unit.isSole(tensor!) ? unit.share(tensor!) : unit.output(shape),
    );
    if (size === 0) return outputs;
    unit.withZeros(4, (factors) => {
      unit.floats(factors, 3).set([meanShare, squareShare, epsilon]);
      const zero = factors + 12;
      const scalars = [factors, factors + 4, factors + 8, unit.address(alpha!)];
      const places = (tensors: readonly (TensorInfo | undefined)[]): number[] => tensors.map((x) => unit.address(x!));
      const [from, to] = [places([value, mean, square]), places(outputs)];
      const gradients = unit.address(gradient!);
      const update: Update = (start, end, squares) => {
        if (start === end) return;
        const at = (address: number): number => address + 4 * start;
        const run = (name: string, ...given: number[]): void =>
          unit.run[name]!(...from.map(at), ...given, ...scalars, ...to.map(at), 1, end - start);
        if (squares === 'none') run('adamWithoutGradient', zero);
        else if (squares === 'own') run('adam', at(gradients));
        else run('adamWithSquare', at(gradients), squares);
      };
      if (ids && values) updateByRows(unit, ids, values, shape, update);
      else update(0, size, 'own');
    });
    return outputs;
  },
};

/**
 * Updates the elements `start … end − 1`. The squares of their gradients are at an address, or their `'own'`, or there is
 * no gradient (`'none'`: 0 throughout), and it is not read.
 */
type Update = (start: number, end: number, squares: number | 'own' | 'none') => void;

/** Rows that nobody looked up have no gradient; those of the others have squares part by part. */
function updateByRows(
  unit: VectorUnit,
  ids: TensorInfo,
  values: TensorInfo,
  shape: readonly number[],
  update: Update,
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
      update(done, id * width, 'none');
      done = (id + 1) * width;
      update(id * width, done, squares + 4 * i * width);
    });
    update(done, shape[0]! * width, 'none');
  });
}
