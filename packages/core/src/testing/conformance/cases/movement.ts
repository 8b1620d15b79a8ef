import type { ConformanceCase } from '../conformance-case.ts';
import {
  at,
  bools,
  build,
  floats,
  type HostTensor,
  ints,
  isWithin,
  randomBools,
  randomFloats,
  randomInts,
} from '../host-tensor.ts';

const call = (
  kernel: string,
  name: string,
  inputs: ConformanceCase['inputs'],
  attrs: Record<string, unknown>,
  expected: ConformanceCase['expected'],
): ConformanceCase => ({ kernel, name, inputs, attrs, expected });

const transpose = (name: string, x: HostTensor, perm: readonly number[]): ConformanceCase =>
  call(
    'Transpose',
    name,
    { x },
    { perm },
    build(
      perm.map((axis) => x.shape[axis]!),
      (index) => {
        const from = x.shape.map(() => 0);
        perm.forEach((axis, i) => {
          from[axis] = index[i]!;
        });
        return at(x, from);
      },
      x.dtype,
    ),
  );

const slice = (name: string, x: HostTensor, begin: readonly number[], size: readonly number[]): ConformanceCase => {
  const shape = size.map((length, axis) => (length === -1 ? x.shape[axis]! - begin[axis]! : length));
  return call(
    'Slice',
    name,
    { x },
    { begin, size },
    build(
      shape,
      (index) =>
        at(
          x,
          index.map((i, axis) => i + begin[axis]!),
        ),
      x.dtype,
    ),
  );
};

const pad = (
  name: string,
  x: HostTensor,
  paddings: readonly (readonly [number, number])[],
  constantValue: number,
): ConformanceCase => {
  const shape = x.shape.map((size, axis) => size + paddings[axis]![0] + paddings[axis]![1]);
  return call(
    'PadV2',
    name,
    { x },
    { paddings, constantValue },
    build(
      shape,
      (index) => {
        const from = index.map((i, axis) => i - paddings[axis]![0]);
        return isWithin(x.shape, from) ? at(x, from) : constantValue;
      },
      x.dtype,
    ),
  );
};

const mirrorPad = (
  name: string,
  x: HostTensor,
  paddings: readonly (readonly [number, number])[],
  mode: 'reflect' | 'symmetric',
): ConformanceCase => {
  const shape = x.shape.map((size, axis) => size + paddings[axis]![0] + paddings[axis]![1]);
  const edge = mode === 'reflect' ? 0 : 1;
  return call(
    'MirrorPad',
    name,
    { x },
    { paddings, mode },
    build(
      shape,
      (index) =>
        at(
          x,
          index.map((i, axis) => {
            const from = i - paddings[axis]![0];
            if (from < 0) return -from - edge;
            return from < x.shape[axis]! ? from : 2 * x.shape[axis]! - 2 - from + edge;
          }),
        ),
      x.dtype,
    ),
  );
};

const concat = (name: string, inputs: readonly HostTensor[], axis: number): ConformanceCase => {
  const first = inputs[0]!;
  const total = inputs.reduce((size, { shape }) => size + shape[axis]!, 0);
  return call(
    'Concat',
    name,
    inputs,
    { axis },
    build(
      first.shape.map((size, i) => (i === axis ? total : size)),
      (index) => {
        let position = index[axis]!;
        for (const input of inputs) {
          if (position < input.shape[axis]!)
            return at(
              input,
              index.map((i, j) => (j === axis ? position : i)),
            );
          position -= input.shape[axis]!;
        }
        throw new Error('unreachable: the index is within the total size');
      },
      first.dtype,
    ),
  );
};

const split = (name: string, x: HostTensor, sizes: readonly number[], axis: number): ConformanceCase => {
  let start = 0;
  const parts = sizes.map((size) => {
    const from = start;
    start += size;
    return build(
      x.shape.map((own, i) => (i === axis ? size : own)),
      (index) =>
        at(
          x,
          index.map((i, j) => (j === axis ? i + from : i)),
        ),
      x.dtype,
    );
  });
  return call('SplitV', name, { x }, { numOrSizeSplits: sizes, axis }, parts);
};

const pack = (name: string, inputs: readonly HostTensor[], axis: number): ConformanceCase =>
  call(
    'Pack',
    name,
    inputs,
    { axis },
    build(
      inputs[0]!.shape.toSpliced(axis, 0, inputs.length),
      (index) => at(inputs[index[axis]!]!, index.toSpliced(axis, 1)),
      inputs[0]!.dtype,
    ),
  );

const unpack = (name: string, value: HostTensor, axis: number): ConformanceCase =>
  call(
    'Unpack',
    name,
    { value },
    { axis },
    Array.from({ length: value.shape[axis]! }, (_, i) =>
      build(value.shape.toSpliced(axis, 1), (index) => at(value, index.toSpliced(axis, 0, i)), value.dtype),
    ),
  );

const tile = (name: string, x: HostTensor, reps: readonly number[]): ConformanceCase =>
  call(
    'Tile',
    name,
    { x },
    { reps },
    build(
      x.shape.map((size, axis) => size * reps[axis]!),
      (index) =>
        at(
          x,
          index.map((i, axis) => i % x.shape[axis]!),
        ),
      x.dtype,
    ),
  );

const reverse = (name: string, x: HostTensor, dims: readonly number[]): ConformanceCase =>
  call(
    'Reverse',
    name,
    { x },
    { dims },
    build(
      x.shape,
      (index) =>
        at(
          x,
          index.map((i, axis) => (dims.includes(axis) ? x.shape[axis]! - 1 - i : i)),
        ),
      x.dtype,
    ),
  );

const stridedSlice = (
  name: string,
  x: HostTensor,
  masks: Partial<Record<'beginMask' | 'endMask' | 'ellipsisMask' | 'newAxisMask' | 'shrinkAxisMask', number>>,
  begin: number[],
  end: number[],
  strides: number[],
  expected: HostTensor,
): ConformanceCase =>
  call(
    'StridedSlice',
    name,
    { x },
    { begin, end, strides, beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0, ...masks },
    expected,
  );

const counting = (shape: readonly number[]): HostTensor => {
  let next = 0;
  return build(shape, () => next++);
};

/** Kernels that put the same values in other places. */
export const movementCases: readonly ConformanceCase[] = [
  call(
    'Reshape',
    'to a matrix',
    { x: randomFloats([2, 6], 1) },
    { shape: [3, 4] },
    { ...randomFloats([2, 6], 1), shape: [3, 4] },
  ),
  call('Reshape', 'to a scalar', { x: floats([1, 1], [5]) }, { shape: [] }, floats([], [5])),
  call('Reshape', 'int32', { x: ints([4], [1, 2, 3, 4]) }, { shape: [2, 2] }, ints([2, 2], [1, 2, 3, 4])),
  call('Reshape', 'no values', { x: floats([0, 3], []) }, { shape: [3, 0] }, floats([3, 0], [])),
  call('ExpandDims', 'in front', { input: floats([2], [1, 2]) }, { dim: 0 }, floats([1, 2], [1, 2])),
  call('ExpandDims', 'at the end', { input: floats([2], [1, 2]) }, { dim: 1 }, floats([2, 1], [1, 2])),
  call('ExpandDims', 'counted from the end', { input: floats([2, 1], [1, 2]) }, { dim: -1 }, floats([2, 1, 1], [1, 2])),
  transpose('a matrix', randomFloats([3, 5], 1), [1, 0]),
  transpose('a large matrix', randomFloats([70, 45], 1), [1, 0]),
  transpose('rank 3', randomFloats([2, 3, 4], 1), [2, 0, 1]),
  transpose('rank 4, channels to the front', randomFloats([2, 3, 4, 5], 1), [0, 3, 1, 2]),
  transpose('rank 5', randomFloats([2, 1, 3, 2, 2], 1), [4, 2, 0, 1, 3]),
  transpose('nothing changes', randomFloats([2, 3], 1), [0, 1]),
  transpose('int32', randomInts([2, 3], 1, -9, 9), [1, 0]),
  transpose('bool', randomBools([2, 3], 1), [1, 0]),
  transpose('no values', floats([0, 3], []), [1, 0]),
  slice('rank 1', randomFloats([7], 1), [2], [3]),
  slice('rank 2', randomFloats([4, 5], 1), [1, 2], [2, 2]),
  slice('to the end', randomFloats([4, 5], 1), [1, 2], [-1, -1]),
  slice('rank 4', randomFloats([2, 3, 4, 5], 1), [0, 1, 1, 2], [2, 2, 2, 3]),
  slice('rank 5', randomFloats([2, 2, 3, 2, 2], 1), [1, 0, 1, 0, 1], [1, 2, 2, 1, 1]),
  slice('nothing', randomFloats([4], 1), [2], [0]),
  slice('int32', randomInts([3, 3], 1, 0, 9), [1, 0], [2, 2]),
  slice('bool', randomBools([5], 1), [1], [3]),
  stridedSlice('every second', counting([7]), {}, [1], [7], [2], floats([3], [1, 3, 5])),
  stridedSlice('backwards', counting([5]), { beginMask: 1, endMask: 1 }, [0], [0], [-1], floats([5], [4, 3, 2, 1, 0])),
  stridedSlice('two axes', counting([3, 4]), { endMask: 1 }, [1, 0], [0, 4], [1, 3], floats([2, 2], [4, 7, 8, 11])),
  stridedSlice('from the end', counting([2, 5]), {}, [0, -3], [2, -1], [1, 1], floats([2, 2], [2, 3, 7, 8])),
  stridedSlice(
    'one row, its axis dropped',
    counting([3, 2]),
    { shrinkAxisMask: 1, beginMask: 2, endMask: 2 },
    [1, 0],
    [2, 0],
    [1, 1],
    floats([2], [2, 3]),
  ),
  stridedSlice('nothing', counting([4]), {}, [3], [1], [1], floats([0], [])),
  concat('rows', [randomFloats([2, 3], 1), randomFloats([1, 3], 2)], 0),
  concat('columns', [randomFloats([2, 3], 1), randomFloats([2, 1], 2), randomFloats([2, 4], 3)], 1),
  concat('middle axis', [randomFloats([2, 1, 3], 1), randomFloats([2, 2, 3], 2)], 1),
  concat('with an empty one', [randomFloats([2, 2], 1), floats([0, 2], [])], 0),
  concat('one', [randomFloats([2, 2], 1)], 0),
  concat('int32', [randomInts([3], 1, 0, 9), randomInts([2], 2, 0, 9)], 0),
  concat('bool', [randomBools([3], 1), randomBools([2], 2)], 0),
  split('equal parts', randomFloats([4, 6], 1), [2, 2, 2], 1),
  split('unequal parts', randomFloats([5, 2], 1), [1, 4], 0),
  split('int32', randomInts([6], 1, 0, 9), [3, 3], 0),
  pack('first axis', [randomFloats([2, 3], 1), randomFloats([2, 3], 2)], 0),
  pack('last axis', [randomFloats([2, 3], 1), randomFloats([2, 3], 2), randomFloats([2, 3], 3)], 2),
  pack('scalars', [floats([], [1]), floats([], [2])], 0),
  pack('int32', [ints([2], [1, 2]), ints([2], [3, 4])], 1),
  unpack('first axis', randomFloats([3, 2], 1), 0),
  unpack('last axis', randomFloats([2, 3], 1), 1),
  unpack('int32', randomInts([2, 2], 1, 0, 9), 0),
  pad('rank 1', randomFloats([3], 1), [[1, 2]], 0),
  pad(
    'rank 2, with a value',
    randomFloats([2, 3], 1),
    [
      [1, 0],
      [2, 1],
    ],
    -1.5,
  ),
  pad(
    'rank 4',
    randomFloats([1, 2, 3, 2], 1),
    [
      [0, 0],
      [1, 1],
      [2, 0],
      [0, 0],
    ],
    0,
  ),
  pad('int32', ints([2], [1, 2]), [[1, 1]], 7),
  pad('of no values', floats([0], []), [[1, 2]], 3),
  mirrorPad(
    'reflect',
    randomFloats([4, 5], 1),
    [
      [2, 1],
      [1, 3],
    ],
    'reflect',
  ),
  mirrorPad(
    'symmetric',
    randomFloats([4, 5], 1),
    [
      [2, 1],
      [1, 3],
    ],
    'symmetric',
  ),
  mirrorPad(
    'rank 4',
    randomFloats([1, 3, 3, 2], 1),
    [
      [0, 0],
      [1, 1],
      [2, 2],
      [0, 0],
    ],
    'reflect',
  ),
  tile('rank 1', randomFloats([3], 1), [3]),
  tile('rank 2', randomFloats([2, 3], 1), [2, 3]),
  tile('rank 4', randomFloats([1, 2, 1, 2], 1), [2, 1, 3, 2]),
  tile('int32', ints([2], [1, 2]), [2]),
  tile('bool', bools([2], [1, 0]), [3]),
  reverse('rank 1', randomFloats([5], 1), [0]),
  reverse('both axes', randomFloats([3, 4], 1), [0, 1]),
  reverse('one axis of three', randomFloats([2, 3, 4], 1), [1]),
  reverse('int32', randomInts([4], 1, 0, 9), [0]),
  call(
    'SpaceToBatchND',
    'blocks of 2 by 2',
    { x: counting([1, 2, 2, 1]) },
    {
      blockShape: [2, 2],
      paddings: [
        [0, 0],
        [0, 0],
      ],
    },
    floats([4, 1, 1, 1], [0, 1, 2, 3]),
  ),
  call(
    'SpaceToBatchND',
    'padded',
    { x: counting([1, 3, 1]) },
    { blockShape: [2], paddings: [[1, 0]] },
    floats([2, 2, 1], [0, 1, 0, 2]),
  ),
  call(
    'BatchToSpaceND',
    'blocks of 2 by 2',
    { x: counting([4, 1, 1, 1]) },
    {
      blockShape: [2, 2],
      crops: [
        [0, 0],
        [0, 0],
      ],
    },
    floats([1, 2, 2, 1], [0, 1, 2, 3]),
  ),
  call(
    'BatchToSpaceND',
    'cropped',
    { x: floats([2, 2, 1], [0, 1, 0, 2]) },
    { blockShape: [2], crops: [[1, 0]] },
    floats([1, 3, 1], [0, 1, 2]),
  ),
  call(
    'DepthToSpace',
    'blocks of 2',
    { x: counting([1, 1, 2, 4]) },
    { blockSize: 2, dataFormat: 'NHWC' },
    floats([1, 2, 4, 1], [0, 1, 4, 5, 2, 3, 6, 7]),
  ),
  call('Diag', 'rank 1', { x: floats([3], [1, 2, 3]) }, {}, floats([3, 3], [1, 0, 0, 0, 2, 0, 0, 0, 3])),
  call(
    'Fill',
    'float32',
    {},
    { shape: [2, 3], value: 1.5, dtype: 'float32' },
    floats([2, 3], [1.5, 1.5, 1.5, 1.5, 1.5, 1.5]),
  ),
  call('Fill', 'int32', {}, { shape: [2], value: -7, dtype: 'int32' }, ints([2], [-7, -7])),
  call('Fill', 'a scalar', {}, { shape: [], value: 4, dtype: 'float32' }, floats([], [4])),
  call('Range', 'upwards', {}, { start: 1, stop: 6, step: 2, dtype: 'float32' }, floats([3], [1, 3, 5])),
  call('Range', 'downwards', {}, { start: 3, stop: 0, step: -1, dtype: 'int32' }, ints([3], [3, 2, 1])),
  call(
    'Range',
    'fractions',
    {},
    { start: 0, stop: 1, step: 0.25, dtype: 'float32' },
    floats([4], [0, 0.25, 0.5, 0.75]),
  ),
  call('LinSpace', 'five', {}, { start: -1, stop: 1, num: 5 }, floats([5], [-1, -0.5, 0, 0.5, 1])),
  call('LinSpace', 'one', {}, { start: 3, stop: 9, num: 1 }, floats([1], [3])),
  ...(
    [
      ['a row', randomFloats([4], 1), [3, 4]],
      ['a column', randomFloats([3, 1], 1), [3, 4]],
      ['a scalar', randomFloats([], 1), [2, 2]],
      ['middle axes', randomFloats([2, 1, 3], 1), [2, 5, 3]],
      ['int32', randomInts([1, 2], 1, 0, 9), [3, 2]],
      ['no values', floats([1, 3], [1, 2, 3]), [0, 3]],
    ] as const
  ).map(([name, x, shape]) =>
    call(
      'BroadcastTo',
      name,
      { x },
      { shape },
      build(shape, (index) => at(x, index), x.dtype),
    ),
  ),
];
