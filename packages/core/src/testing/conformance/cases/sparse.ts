import type { ConformanceCase } from '../conformance-case.ts';
import { bools, floats, ints } from '../host-tensor.ts';

const data = floats([4, 2], [1, 2, 3, 4, 5, 6, 7, 8]);

/** Kernels of sparse tensors, and of shapes as tensors. */
export const sparseCases: readonly ConformanceCase[] = [
  {
    kernel: 'SparseFillEmptyRows',
    name: 'two empty rows',
    inputs: {
      indices: ints([3, 2], [0, 1, 0, 3, 2, 0]),
      values: floats([3], [10, 11, 12]),
      denseShape: ints([2], [4, 5]),
      defaultValue: floats([], [-1]),
    },
    expected: [
      ints([5, 2], [0, 1, 0, 3, 1, 0, 2, 0, 3, 0]),
      floats([5], [10, 11, -1, 12, -1]),
      bools([4], [0, 1, 0, 1]),
      ints([3], [0, 1, 3]),
    ],
  },
  {
    kernel: 'SparseReshape',
    name: 'with one size left open',
    inputs: {
      inputIndices: ints([2, 2], [0, 1, 1, 2]),
      inputShape: ints([2], [2, 6]),
      newShape: ints([2], [4, -1]),
    },
    expected: [ints([2, 2], [0, 1, 2, 2]), ints([2], [4, 3])],
  },
  {
    kernel: 'SparseSegmentSum',
    name: 'two segments',
    inputs: { data, indices: ints([3], [0, 3, 1]), segmentIds: ints([3], [0, 0, 1]) },
    expected: floats([2, 2], [8, 10, 3, 4]),
  },
  {
    kernel: 'SparseSegmentMean',
    name: 'two segments',
    inputs: { data, indices: ints([3], [0, 3, 1]), segmentIds: ints([3], [0, 0, 1]) },
    expected: floats([2, 2], [4, 5, 3, 4]),
  },
  {
    kernel: 'BroadcastArgs',
    name: 'axes of size 1 and missing axes',
    inputs: { s0: ints([3], [4, 1, 3]), s1: ints([2], [5, 1]) },
    expected: ints([3], [4, 5, 3]),
  },
  {
    kernel: 'Multinomial',
    name: 'sure outcomes',
    inputs: { logits: floats([2, 3], [0, 1, 0, 0, 0, 1]) },
    attrs: { numSamples: 4, seed: 7, normalized: true },
    expected: ints([2, 4], [1, 1, 1, 1, 2, 2, 2, 2]),
  },
];
