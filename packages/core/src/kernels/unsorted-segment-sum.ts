import { cast, clipByValue, gather, greaterEqual, less, logicalAnd, mul, reshape } from '@tensorflow/tfjs-core';
import { zerosOf } from './gradient-helpers.ts';
import { castTo, emitOne } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** For each of `numSegments`, the sum of the rows of `x` with that segment id; rows with other ids are left out. */
export const unsortedSegmentSum: KernelSpec<'x' | 'segmentIds'> = {
  name: 'UnsortedSegmentSum',
  inputs: ['x', 'segmentIds'],
  kind: 'scatter',
  infer: ({ x }, { numSegments }) => ({ shape: [numSegments as number, ...x.shape.slice(1)], dtype: x.dtype }),
  gradient: {
    saves: { inputs: ['segmentIds'] },
    run: ({ dy, inputs: { segmentIds: ids }, attrs }) => {
      const count = attrs.numSegments as number;
      return {
        x: () => {
          const rows = gather(dy, cast(clipByValue(ids, 0, count - 1), 'int32'));
          const inside = cast(logicalAnd(greaterEqual(ids, 0), less(ids, count)), 'float32');
          return mul(rows, reshape(inside, [...ids.shape, ...new Array<number>(rows.rank - ids.rank).fill(1)]));
        },
        segmentIds: () => zerosOf(ids.shape),
      };
    },
  },
  lower: ({ builder, inputs: { x, segmentIds }, attrs }) =>
    emitOne(builder, 'scatterAdd', [castTo(builder, segmentIds, 'int32'), x], { size: attrs.numSegments as number }),
};
