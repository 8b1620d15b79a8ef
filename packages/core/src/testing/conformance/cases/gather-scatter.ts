import type { ConformanceCase } from '../conformance-case.ts';
import {
  at,
  bools,
  build,
  floats,
  type HostTensor,
  indices as indicesOf,
  ints,
  randomFloats,
  randomInts,
} from '../host-tensor.ts';
import { accumulate } from './conv-reference.ts';

const call = (
  kernel: string,
  name: string,
  inputs: ConformanceCase['inputs'],
  attrs: Record<string, unknown>,
  expected: ConformanceCase['expected'],
): ConformanceCase => ({ kernel, name, inputs, attrs, expected });

const gather = (name: string, x: HostTensor, indices: HostTensor, axis: number, batchDims = 0): ConformanceCase => {
  const real = axis < 0 ? axis + x.shape.length : axis;
  const own = indices.shape.length - batchDims;
  const shape = [...x.shape.slice(0, real), ...indices.shape.slice(batchDims), ...x.shape.slice(real + 1)];
  return call(
    'GatherV2',
    name,
    { x, indices },
    { axis, batchDims },
    build(
      shape,
      (index) => {
        const id = at(indices, [...index.slice(0, batchDims), ...index.slice(real, real + own)]);
        return at(x, [...index.slice(0, real), id, ...index.slice(real + own)]);
      },
      x.dtype,
    ),
  );
};

const oneHot = (name: string, indices: HostTensor, depth: number, onValue = 1, offValue = 0): ConformanceCase =>
  call(
    'OneHot',
    name,
    { indices },
    { depth, onValue, offValue, dtype: 'float32' },
    build([...indices.shape, depth], (index) =>
      at(indices, index.slice(0, -1)) === index.at(-1) ? onValue : offValue,
    ),
  );

const topK = (name: string, x: HostTensor, k: number): ConformanceCase => {
  const rows = x.shape.slice(0, -1);
  const order = (index: readonly number[]): number[] =>
    Array.from({ length: x.shape.at(-1)! }, (_, i) => i).sort(
      (i, j) => at(x, [...index, j]) - at(x, [...index, i]) || i - j,
    );
  const positions = build([...rows, k], (index) => order(index.slice(0, -1))[index.at(-1)!]!, 'int32');
  return call('TopK', name, { x }, { k, sorted: true }, [
    build([...rows, k], (index) => at(x, [...index.slice(0, -1), at(positions, index)]), x.dtype),
    positions,
  ]);
};

const scatterNd = (name: string, ids: HostTensor, updates: HostTensor, shape: readonly number[]): ConformanceCase => {
  const depth = ids.shape.at(-1)!;
  const outer = ids.shape.length - 1;
  return call(
    'ScatterNd',
    name,
    { indices: ids, updates },
    { shape },
    accumulate(
      shape,
      Array.from(indicesOf(updates.shape), (index) => {
        const to = Array.from({ length: depth }, (_, i) => at(ids, [...index.slice(0, outer), i]));
        return [[...to, ...index.slice(outer)], at(updates, index)] as const;
      }),
    ),
  );
};

const gatherNd = (name: string, params: HostTensor, ids: HostTensor): ConformanceCase => {
  const depth = ids.shape.at(-1)!;
  const outer = ids.shape.length - 1;
  return call(
    'GatherNd',
    name,
    { params, indices: ids },
    {},
    build(
      [...ids.shape.slice(0, -1), ...params.shape.slice(depth)],
      (index) => {
        const from = Array.from({ length: depth }, (_, i) => at(ids, [...index.slice(0, outer), i]));
        return at(params, [...from, ...index.slice(outer)]);
      },
      params.dtype,
    ),
  );
};

const binCounts = (x: HostTensor, weights: HostTensor | undefined, size: number, binaryOutput: boolean): HostTensor => {
  const rows = x.shape.length === 2 ? [x.shape[0]!] : [];
  return build([...rows, size], (index) => {
    const bin = index.at(-1)!;
    let total = 0;
    for (const place of indicesOf(x.shape)) {
      if (rows.length && place[0] !== index[0]) continue;
      if (at(x, place) === bin) total += weights ? at(weights, place) : 1;
    }
    return binaryOutput ? Number(total !== 0) : total;
  });
};

const denseBincount = (
  name: string,
  x: HostTensor,
  weights: HostTensor | undefined,
  size: number,
  binaryOutput: boolean,
): ConformanceCase =>
  call(
    'DenseBincount',
    name,
    { x, weights: weights ?? floats([0], []) },
    { size, binaryOutput },
    binCounts(x, weights, size, binaryOutput),
  );

/** Kernels that read or write by indices, and their relatives. */
export const gatherScatterCases: readonly ConformanceCase[] = [
  gather('rows', randomFloats([5, 3], 1), randomInts([4], 2, 0, 5), 0),
  gather('columns', randomFloats([3, 6], 1), randomInts([4], 2, 0, 6), 1),
  gather('axis counted from the end', randomFloats([2, 3, 6], 1), randomInts([4], 2, 0, 6), -1),
  gather('a matrix of indices', randomFloats([7, 2], 1), randomInts([3, 4], 2, 0, 7), 0),
  gather('a batch axis', randomFloats([2, 5, 3], 1), randomInts([2, 4], 2, 0, 5), 1, 1),
  gather('a scalar index', randomFloats([4, 3], 1), ints([], [2]), 0),
  gather('int32', randomInts([5], 1, 0, 99), randomInts([3], 2, 0, 5), 0),
  gather('bool', bools([3], [1, 0, 1]), ints([4], [0, 1, 2, 1]), 0),
  gather('no indices', randomFloats([4, 3], 1), ints([0], []), 0),
  oneHot('classes', ints([4], [2, 0, 1, 2]), 3),
  oneHot('a matrix of them', randomInts([2, 3], 1, 0, 4), 4),
  oneHot('out of range', ints([3], [-1, 1, 5]), 3),
  oneHot('other values', ints([2], [1, 0]), 2, 5, -1),
  topK('a matrix', randomFloats([3, 8], 1), 3),
  topK('all', randomFloats([6], 1), 6),
  topK('equal values keep their order', floats([5], [1, 3, 3, 2, 3]), 4),
  topK('int32', randomInts([2, 5], 1, -9, 9), 2),
  topK('one', randomFloats([2, 3, 4], 1), 1),
  gatherNd('single values', randomFloats([3, 4], 1), ints([3, 2], [0, 1, 2, 3, 1, 0])),
  gatherNd('rows', randomFloats([3, 4], 1), ints([2, 1], [2, 0])),
  gatherNd('a batch of indices', randomFloats([3, 2, 2], 1), ints([2, 2, 2], [0, 1, 2, 0, 1, 1, 0, 0])),
  scatterNd('single values', ints([3, 1], [4, 1, 0]), floats([3], [9, 8, 7]), [6]),
  scatterNd('rows that meet add up', ints([3, 1], [1, 1, 2]), randomFloats([3, 4], 1), [4, 4]),
  scatterNd('places in a matrix', ints([2, 2], [0, 1, 2, 2]), floats([2], [5, 6]), [3, 3]),
  call(
    'TensorScatterUpdate',
    'places',
    { tensor: floats([4], [1, 2, 3, 4]), indices: ints([2, 1], [3, 0]), updates: floats([2], [9, 8]) },
    {},
    floats([4], [8, 2, 3, 9]),
  ),
  call(
    'TensorScatterUpdate',
    'rows',
    { tensor: floats([3, 2], [1, 2, 3, 4, 5, 6]), indices: ints([1, 1], [1]), updates: floats([1, 2], [7, 8]) },
    {},
    floats([3, 2], [1, 2, 7, 8, 5, 6]),
  ),
  call(
    'SparseToDense',
    'places',
    { sparseIndices: ints([2, 2], [0, 1, 1, 0]), sparseValues: floats([2], [3, 4]), defaultValue: floats([], [-1]) },
    { outputShape: [2, 2] },
    floats([2, 2], [-1, 3, 4, -1]),
  ),
  denseBincount('counts', randomInts([20], 1, 0, 5), undefined, 5, false),
  denseBincount('weights', randomInts([20], 1, 0, 5), randomFloats([20], 2, 1, 2), 5, false),
  denseBincount('rows', randomInts([3, 10], 1, 0, 4), undefined, 4, false),
  denseBincount('rows, 0 or 1', randomInts([3, 4], 1, 0, 6), undefined, 6, true),
  denseBincount('values beyond the size are left out', ints([4], [0, 7, 2, 9]), undefined, 3, false),
  call(
    'Bincount',
    'counts',
    { x: ints([5], [1, 1, 0, 3, 1]), weights: floats([0], []) },
    { size: 4 },
    floats([4], [1, 3, 0, 1]),
  ),
  call(
    'SearchSorted',
    'left',
    { sortedSequence: floats([1, 4], [1, 2, 2, 5]), values: floats([1, 4], [0, 2, 3, 9]) },
    { side: 'left' },
    ints([1, 4], [0, 1, 3, 4]),
  ),
  call(
    'SearchSorted',
    'right',
    { sortedSequence: floats([1, 4], [1, 2, 2, 5]), values: floats([1, 4], [1, 2, 3, 9]) },
    { side: 'right' },
    ints([1, 4], [1, 3, 3, 4]),
  ),
  call('Unique', 'values and where they stand', { x: floats([5], [3, 1, 3, 2, 1]) }, { axis: 0 }, [
    floats([3], [3, 1, 2]),
    ints([5], [0, 1, 0, 2, 1]),
  ]),
];
