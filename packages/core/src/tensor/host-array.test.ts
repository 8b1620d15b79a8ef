import { expect, test } from 'vitest';
import { HostArray } from './host-array.ts';

const numbered = (...shape: number[]) =>
  new HostArray(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
    shape,
  );

test('the dtype follows the data', () => {
  expect(new HostArray(new Uint8Array(4)).dtype).toBe('uint8');
  expect(new HostArray(new Int32Array(4), [2, 2]).dtype).toBe('int32');
  expect(new HostArray(new Uint16Array(4)).dtype).toBe('float16');
  expect(new HostArray(['a', 'b']).dtype).toBe('string');
});

test('data that does not fit its shape or dtype is refused', () => {
  expect(() => new HostArray(new Float32Array(5), [2, 3])).toThrow(
    'HostArray: shape [2, 3] holds 6 elements, but `data` has 5.',
  );
  expect(() => new HostArray(new Float32Array(2), [2], 'int32')).toThrow(
    "HostArray: `data` must be Int32Array for dtype 'int32'. Received: Float32Array(2).",
  );
});

test('nested lists become arrays, ragged ones an error', () => {
  const array = HostArray.from([
    [1, 2],
    [3, 4],
  ]);
  expect([array.shape, array.dtype]).toEqual([[2, 2], 'float32']);
  expect(HostArray.from([true, false]).dtype).toBe('bool');
  expect(HostArray.from(['a']).dtype).toBe('string');
  expect(HostArray.from(7).shape).toEqual([]);
  expect(() => HostArray.from([[1, 2], [3]])).toThrow('ragged');
});

test('slice and at are views, take is a copy', () => {
  const array = numbered(3, 2);
  const last = array.slice(-1);
  expect(last.toArray()).toEqual([[4, 5]]);
  (last.data as Float32Array)[0] = 40;
  expect(array.at(2).toArray()).toEqual([40, 5]);
  const taken = array.take([2, 0, 2]);
  expect(taken.toArray()).toEqual([
    [40, 5],
    [0, 1],
    [40, 5],
  ]);
  (taken.data as Float32Array)[2] = -1;
  expect(array.get(0)).toBe(0);
  expect(array.slice(2, 1).shape).toEqual([0, 2]);
  expect(() => array.at(3)).toThrow('HostArray.at: `index` must be an integer from -3 to 2. Received: 3.');
});

test('casts cut fractions off, wrap uint8 and make bools', () => {
  const array = HostArray.from([-1.5, 0, 257.9]);
  expect([...(array.astype('int32').data as Int32Array)]).toEqual([-1, 0, 257]);
  expect([...(array.astype('uint8').data as Uint8Array)]).toEqual([255, 0, 1]);
  expect([...(array.astype('bool').data as Uint8Array)]).toEqual([1, 0, 1]);
  expect(array.astype('float16').astype('float32').toArray()).toEqual([-1.5, 0, 258]);
  expect(array.astype('float32')).toBe(array);
  expect(() => array.astype('string')).toThrow('numeric');
});

test('arithmetic with a number makes a new array', () => {
  const array = numbered(2);
  expect(array.add(1).mul(4).sub(2).div(2).toArray()).toEqual([1, 3]);
  expect(array.toArray()).toEqual([0, 1]);
});

test('reshape is a view and infers one dimension', () => {
  const array = numbered(2, 3);
  expect(array.reshape([3, -1]).shape).toEqual([3, 2]);
  expect(array.reshape([6]).data).toBe(array.data);
  expect(() => array.reshape([4, -1])).toThrow('HostArray.reshape: [2, 3] cannot become [4, -1].');
});

test('the same seed shuffles arrays of one length alike', () => {
  const items = numbered(50, 2).shuffle(7);
  const labels = numbered(50).shuffle(7);
  for (let i = 0; i < 50; i++) expect(items.get(2 * i)).toBe(2 * labels.get(i));
  const sorted = [...(labels.data as Float32Array)].sort((a, b) => a - b);
  expect(sorted).toEqual(Array.from({ length: 50 }, (_, i) => i));
  expect(labels.toArray()).not.toEqual(sorted);
  expect(numbered(50).shuffle(8).toArray()).not.toEqual(labels.toArray());
});

test('concat joins along the first axis', () => {
  expect(numbered(1, 2).concat(numbered(2, 2)).toArray()).toEqual([
    [0, 1],
    [0, 1],
    [2, 3],
  ]);
  expect(HostArray.concat([HostArray.from(['a']), HostArray.from(['b'])]).toArray()).toEqual(['a', 'b']);
  expect(() => numbered(1, 2).concat(numbered(1, 3))).toThrow('items of shape [2]');
  expect(() => HostArray.concat([])).toThrow('at least one array');
});

test('it iterates over its items', () => {
  expect([...numbered(2, 2)].map((row) => row.toArray())).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect(numbered(2, 0).length).toBe(2);
  expect(HostArray.zeros([2, 2], 'string').toArray()).toEqual([
    ['', ''],
    ['', ''],
  ]);
});
