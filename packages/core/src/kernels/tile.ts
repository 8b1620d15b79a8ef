import { reshape, sum, type Tensor } from '@tensorflow/tfjs-core';
import { sizeBetween } from './gradient-helpers.ts';
import { broadcastTo, reshapeTo } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** `x` repeated `reps[i]` times along axis `i`. */
export const tile: KernelSpec<'x'> = {
  name: 'Tile',
  inputs: ['x'],
  kind: 'movement',
  infer: ({ x }, { reps }) => ({ shape: x.shape.map((dim, i) => dim * (reps as number[])[i]!), dtype: x.dtype }),
  gradient: {
    saves: { inputs: ['x'] },
    run: ({ dy, inputs: { x }, attrs: { reps } }) => ({ x: () => sumCopies(dy, x.shape, reps as number[]) }),
  },
  lower: ({ builder, inputs: { x }, attrs, outputs: [output] }) => {
    const { shape } = builder.typeOf(x);
    const reps = attrs.reps as number[];
    // a repeated axis gets one of copies before it
    const spread = (copies: (count: number) => number): number[] =>
      shape.flatMap((dim, i) => (reps[i] === 1 ? [dim] : [copies(reps[i]!), dim]));
    const single = reshapeTo(
      builder,
      x,
      spread(() => 1),
    );
    const copied = broadcastTo(
      builder,
      single,
      spread((count) => count),
    );
    return reshapeTo(builder, copied, output!.shape);
  },
};

/** Axis by axis, so that no tensor has a rank above 3. */
function sumCopies(dy: Tensor, shape: number[], reps: number[]): Tensor {
  return reps.reduce(
    (copies, count, axis) => {
      const summed =
        count === 1
          ? copies
          : sum(
              reshape(copies, [
                sizeBetween(copies.shape, 0, axis),
                count,
                shape[axis]! * sizeBetween(dy.shape, axis + 1, dy.rank),
              ]),
              1,
            );
      return reshape(summed, copies.shape.with(axis, shape[axis]!));
    },
    reshape(dy, dy.shape),
  );
}
