import { beforeAll, describe, expect, test } from 'vitest';
import { startJsBackend } from '../../testing/js-backend.ts';
import { evaluate, float32, floats, int32, integers, jsKernel } from '../../testing/primitive-check.ts';

beforeAll(async () => {
  await startJsBackend();
});

describe('gather', () => {
  test('rows by hand, in any order and again', () => {
    const x = float32([3, 2], [1, 2, 3, 4, 5, 6]);
    const y = evaluate('gather', [x, int32([2, 2], [2, 0, 2, 1])], { axis: 0, batchDims: 0 });
    expect(y).toEqual([float32([2, 2, 2], [5, 6, 1, 2, 5, 6, 3, 4])]);
  });

  const cases = [
    { x: [5], indices: [3], axis: 0, batchDims: 0 },
    { x: [5], indices: [], axis: 0, batchDims: 0 },
    { x: [5, 4], indices: [0], axis: 0, batchDims: 0 },
    { x: [5, 4], indices: [2, 3], axis: 0, batchDims: 0 },
    { x: [5, 4, 3], indices: [6], axis: 1, batchDims: 0 },
    { x: [5, 4, 3], indices: [2, 2], axis: 2, batchDims: 0 },
    { x: [2, 4, 3], indices: [2, 5], axis: 1, batchDims: 1 },
    { x: [2, 4, 3], indices: [2, 5], axis: 2, batchDims: 1 },
    { x: [2, 3, 4, 5], indices: [2, 3, 6], axis: 2, batchDims: 2 },
    { x: [2, 3, 4, 5], indices: [2, 3], axis: 3, batchDims: 1 },
  ];
  test.each(cases)('as GatherV2 of tfjs: %j', ({ x: shape, indices: taken, axis, batchDims }) => {
    const indices = integers(taken, 0, shape[axis]!);
    for (const x of [floats(shape), integers(shape, -9, 9)]) {
      expect(evaluate('gather', [x, indices], { axis, batchDims })).toEqual(
        jsKernel('GatherV2', { x, indices }, { axis, batchDims }),
      );
    }
  });

  test('an index outside is refused, as by tfjs', () => {
    const x = floats([3, 2]);
    for (const index of [-1, 3]) {
      const indices = int32([2], [0, index]);
      expect(() => evaluate('gather', [x, indices], { axis: 0, batchDims: 0 })).toThrow(
        `gather: \`indices\` must be from 0 to 2. Received: ${index}.`,
      );
      expect(() => jsKernel('GatherV2', { x, indices }, { axis: 0, batchDims: 0 })).toThrow('GatherV2');
    }
  });

  test('what does not fit is refused', () => {
    const run = (axis: number, batchDims: number) => () =>
      evaluate('gather', [floats([3, 2]), int32([2], [0, 0])], { axis, batchDims });
    expect(run(2, 0)).toThrow('gather: axis 2 and batchDims 0 do not fit x [3, 2] and indices [2]');
    expect(run(0, 1)).toThrow('axis 0 and batchDims 1');
    expect(run(1, 1)).toThrow('the same batch axes');
    expect(() => evaluate('gather', [floats([3]), floats([1])], { axis: 0, batchDims: 0 })).toThrow('must be int32');
  });
});

describe('gatherNd', () => {
  test('elements and rows by hand', () => {
    const x = float32([2, 3], [1, 2, 3, 4, 5, 6]);
    expect(evaluate('gatherNd', [x, int32([2, 2], [1, 0, 0, 2])])).toEqual([float32([2], [4, 3])]);
    expect(evaluate('gatherNd', [x, int32([1, 1], [1])])).toEqual([float32([1, 3], [4, 5, 6])]);
    expect(evaluate('gatherNd', [x, int32([0, 1], [])])).toEqual([float32([0, 3], [])]);
  });

  test.each([
    { shape: [5], taken: [3, 1] },
    { shape: [5, 4], taken: [3, 1] },
    { shape: [5, 4], taken: [2, 3, 2] },
    { shape: [5, 4, 3], taken: [2, 2] },
    { shape: [5, 4, 3], taken: [3] },
  ])('as GatherNd of tfjs: %j', ({ shape, taken }) => {
    const params = floats(shape);
    const indices = integers(taken, 0, 3);
    expect(evaluate('gatherNd', [params, indices])).toEqual(jsKernel('GatherNd', { params, indices }));
  });

  test('an index outside of its axis is refused', () => {
    const x = floats([2, 3]);
    expect(() => evaluate('gatherNd', [x, int32([1, 2], [0, 3])])).toThrow('gatherNd: `indices` must be from 0 to 2');
    expect(() => evaluate('gatherNd', [x, int32([1, 2], [-1, 0])])).toThrow('gatherNd: `indices` must be from 0 to 1');
    expect(() => evaluate('gatherNd', [x, int32([1, 3], [0, 0, 0])])).toThrow('depth up to the rank');
  });
});
