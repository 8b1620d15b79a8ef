import { add, range, reshape, unsortedSegmentSum } from '@tensorflow/tfjs-core';
import { sliceOf } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** The `k` largest along the last axis, and their indices. */
export const topK: KernelSpec<'x'> = {
  name: 'TopK',
  inputs: ['x'],
  kind: 'sort',
  infer: ({ x }, { k }) => {
    const shape = x.shape.with(-1, k as number);
    return [
      { shape, dtype: x.dtype },
      { shape, dtype: 'int32' },
    ];
  },
  gradient: {
    saves: { inputs: ['x'], outputs: [1] },
    run: ({ dy, inputs: { x }, outputs: [indices] }) => ({
      x: () => {
        const length = x.shape.at(-1)!;
        const k = dy.shape.at(-1)!;
        const rows = x.size / length;
        const starts = reshape(range(0, x.size, length, 'int32'), [rows, 1]);
        const places = reshape(add(reshape(indices!, [rows, k]), starts), [rows * k]);
        return reshape(unsortedSegmentSum(reshape(dy, [rows * k]), places as never, x.size), x.shape);
      },
    }),
  },
  lower: ({ builder, inputs: { x }, outputs }) => {
    const begin = outputs[0]!.shape.map(() => 0);
    const sorted = builder.emit('sort', [x], { axis: begin.length - 1, descending: true });
    return sorted.map((id) => sliceOf(builder, id, begin, outputs[0]!.shape));
  },
};
