import type { ConformanceCase } from '../conformance-case.ts';
import { at, floats, type HostTensor, indices, ints, randomFloats, randomInts } from '../host-tensor.ts';
import { accumulate } from './conv-reference.ts';

const summed = (x: HostTensor, segmentIds: HostTensor, numSegments: number): HostTensor => {
  const rank = segmentIds.shape.length;
  return accumulate(
    [numSegments, ...x.shape.slice(rank)],
    Array.from(indices(x.shape), (index) => [at(segmentIds, index.slice(0, rank)), index] as const)
      .filter(([id]) => id >= 0 && id < numSegments)
      .map(([id, index]) => [[id, ...index.slice(rank)], at(x, index)] as const),
  );
};

const one = (name: string, x: HostTensor, segmentIds: HostTensor, numSegments: number): ConformanceCase => ({
  kernel: 'UnsortedSegmentSum',
  name,
  inputs: { x, segmentIds },
  attrs: { numSegments },
  expected: summed(x, segmentIds, numSegments),
});

/** `UnsortedSegmentSum`: the gradient of a gather. */
export const unsortedSegmentSumCases: readonly ConformanceCase[] = [
  one('vectors', randomFloats([9, 4], 1), randomInts([9], 2, 0, 5), 5),
  one('scalars', randomFloats([12], 1), randomInts([12], 2, 0, 3), 3),
  one('many segments, few used', randomFloats([6, 3], 1), randomInts([6], 2, 0, 1000), 1000),
  one('ids out of range are left out', floats([4, 2], [1, 2, 3, 4, 5, 6, 7, 8]), ints([4], [-1, 0, 3, 1]), 3),
  one('matrices', randomFloats([5, 2, 3], 1), randomInts([5], 2, 0, 4), 4),
  one('nothing to sum', floats([0, 2], []), ints([0], []), 3),
];
