import { beforeAll, describe, expect, test } from 'vitest';
import { startJsBackend } from '../../testing/js-backend.ts';
import {
  evaluate,
  float32,
  floats,
  flopsOf,
  int32,
  integers,
  jsKernel,
  wholes,
} from '../../testing/primitive-check.ts';

beforeAll(async () => {
  await startJsBackend();
});

describe('scatterAdd', () => {
  test('rows by hand; ids outside are left out', () => {
    const values = float32([5, 2], [1, 10, 2, 20, 3, 30, 4, 40, 5, 50]);
    const ids = int32([5], [2, 0, 2, -1, 3]);
    expect(evaluate('scatterAdd', [ids, values], { size: 3 })).toEqual([float32([3, 2], [2, 20, 0, 0, 4, 40])]);
    expect(flopsOf('scatterAdd', [ids.type, values.type], { size: 3 })).toBe(10);
  });

  test.each([
    [[1], 1],
    [[40], 3],
    [[40, 3], 5],
    [[0, 3], 5],
    [[17, 2, 3], 4],
    [[9, 2], 0],
  ])('as UnsortedSegmentSum of tfjs where no sum is rounded: %j into %d', (shape, numSegments) => {
    const [x, segmentIds] = [wholes(shape, -9, 9), integers(shape.slice(0, 1), -1, numSegments + 1)];
    const ours = evaluate('scatterAdd', [segmentIds, x], { size: numSegments });
    if (numSegments === 0) expect(ours).toEqual([float32([0, 2], [])]);
    else expect(ours).toEqual(jsKernel('UnsortedSegmentSum', { x, segmentIds }, { numSegments }));
  });

  test('each row is rounded to float32 when it is added, in order', () => {
    // 2²⁴ + 1 is no float32: the ones are lost one by one, where 2 would count
    const values = float32([4], [2 ** 24, 1, 1, 2]);
    expect(evaluate('scatterAdd', [int32([4], [0, 0, 0, 0]), values], { size: 1 })).toEqual([
      float32([1], [2 ** 24 + 2]),
    ]);
  });

  test('int32 sums, and a NaN changes only its own', () => {
    const ids = int32([3], [0, 1, 0]);
    expect(evaluate('scatterAdd', [ids, int32([3], [1, 2, 3])], { size: 2 })).toEqual([int32([2], [4, 2])]);
    const [sums] = evaluate('scatterAdd', [ids, float32([3], [1, Number.NaN, 3])], { size: 2 });
    expect(sums!.data).toEqual(Float32Array.of(4, Number.NaN));
  });

  test('what does not fit is refused', () => {
    expect(() => evaluate('scatterAdd', [int32([2], [0, 0]), floats([3, 2])], { size: 2 })).toThrow(
      'scatterAdd: expected ids [n], values [n, ...rest] and size >= 0, received [2] and [3, 2], size 2.',
    );
  });
});

describe('scatterNd', () => {
  test('by hand: added, or put there', () => {
    const indices = int32([3, 1], [1, 3, 1]);
    const updates = float32([3], [5, 6, 7]);
    const base = float32([4], [1, 1, 1, 1]);
    const run = (mode: string, ...more: (typeof base)[]) => [
      ...evaluate('scatterNd', [indices, updates, ...more], { shape: [4], mode })[0]!.data,
    ];
    expect(run('add')).toEqual([0, 12, 0, 6]);
    expect(run('update')).toEqual([0, 7, 0, 6]);
    expect(run('add', base)).toEqual([1, 13, 1, 7]);
    expect(run('update', base)).toEqual([1, 7, 1, 6]);
    expect([...base.data]).toEqual([1, 1, 1, 1]);
  });

  const cases = [
    { indices: [30, 1], updates: [30], shape: [5] },
    { indices: [30, 1], updates: [30, 3], shape: [5, 3] },
    { indices: [30, 2], updates: [30], shape: [5, 4] },
    { indices: [6, 5, 2], updates: [6, 5, 3], shape: [5, 4, 3] },
  ];
  test.each(cases)('bit-equal to the kernels of tfjs: %j', ({ indices: places, updates: given, shape }) => {
    const [indices, updates, tensor] = [integers(places, 0, 4), floats(given, 2), floats(shape, 3)];
    expect(evaluate('scatterNd', [indices, updates], { shape, mode: 'add' })).toEqual(
      jsKernel('ScatterNd', { indices, updates }, { shape }),
    );
    expect(evaluate('scatterNd', [indices, updates, tensor], { shape, mode: 'update' })).toEqual(
      jsKernel('TensorScatterUpdate', { tensor, indices, updates }),
    );
  });

  test('bit-equal to SparseToDense of tfjs', () => {
    const [places, values, start] = [int32([4, 2], [0, 1, 2, 3, 1, 0, 0, 1]), floats([4]), float32([], [0.1])];
    const base = float32([3, 4], new Array<number>(12).fill(0.1));
    expect(evaluate('scatterNd', [places, values, base], { shape: [3, 4], mode: 'update' })).toEqual(
      jsKernel(
        'SparseToDense',
        { sparseIndices: places, sparseValues: values, defaultValue: start },
        { outputShape: [3, 4] },
      ),
    );
  });

  test('an index outside of its axis is refused', () => {
    const run = (index: number) => () =>
      evaluate('scatterNd', [int32([1, 1], [index]), floats([1])], { shape: [4], mode: 'add' });
    expect(run(4)).toThrow('scatterNd: `indices` must be from 0 to 3. Received: 4.');
    expect(run(-1)).toThrow('Received: -1.');
  });

  test('what does not fit is refused', () => {
    const indices = int32([2, 1], [0, 1]);
    expect(() => evaluate('scatterNd', [indices, floats([2, 3])], { shape: [4, 2], mode: 'add' })).toThrow(
      'received [2, 1] and [2, 3] for [4, 2].',
    );
    expect(() => evaluate('scatterNd', [indices, floats([2]), floats([3])], { shape: [4], mode: 'add' })).toThrow(
      'scatterNd: the base has shape [3], expected [4].',
    );
  });
});
