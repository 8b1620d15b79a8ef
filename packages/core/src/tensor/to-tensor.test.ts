import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { startJsBackend } from '../testing/js-backend.ts';
import { HostArray } from './host-array.ts';
import { memory, scope } from './scope.ts';
import { type TensorLike, toTensor } from './to-tensor.ts';
import { Variable } from './variable.ts';

beforeAll(startJsBackend);

const picture = (x: TensorLike, dtype?: 'float32' | 'int32' | 'bool') =>
  scope(() => {
    const tensor = toTensor(x, dtype);
    return [tensor.dtype, tensor.shape, tensor.arraySync()];
  });

test.each<[string, TensorLike, unknown]>([
  ['a number', 2, ['float32', [], 2]],
  ['a boolean', true, ['bool', [], 1]],
  [
    'a nested list',
    [
      [1, 2],
      [3, 4],
    ],
    [
      'float32',
      [2, 2],
      [
        [1, 2],
        [3, 4],
      ],
    ],
  ],
  ['booleans', [true, false], ['bool', [2], [1, 0]]],
  ['an Int32Array', Int32Array.of(1, 2), ['int32', [2], [1, 2]]],
  ['a Uint8Array', Uint8Array.of(1, 255), ['int32', [2], [1, 255]]],
  ['a uint8 host array', HostArray.from([[7]], 'uint8'), ['int32', [1, 1], [[7]]]],
  ['a float16 host array', HostArray.from([0.5], 'float16'), ['float32', [1], [0.5]]],
  ['a bool host array', HostArray.from([true, false]), ['bool', [2], [1, 0]]],
  ['strings', ['a', 'b'], ['string', [2], ['a', 'b']]],
])('%s', (_, value, expected) => {
  expect(picture(value)).toEqual(expected);
});

test('a dtype converts', () => {
  expect(picture(2, 'int32')).toEqual(['int32', [], 2]);
  expect(picture([1.5, -2.5], 'int32')).toEqual(['int32', [2], [1, -2]]);
  expect(picture(Float32Array.of(1.5), 'int32')).toEqual(['int32', [1], [1]]);
  expect(picture(HostArray.from([1], 'uint8'), 'float32')).toEqual(['float32', [1], [1]]);
});

test('a tensor and the value of a variable are returned as they are', () => {
  const before = memory().tensors;
  scope(() => {
    const tensor = tf.zeros([2]);
    expect(toTensor(tensor)).toBe(tensor);
    using variable = new Variable({ name: 'w', shape: [1], initializer: () => tf.zeros([1]) });
    expect(toTensor(variable)).toBe(variable.value);
  });
  expect(memory().tensors).toBe(before);
});

test('lists may hold tensors and variables', () => {
  scope(() => {
    expect(picture([tf.scalar(1), 2])).toEqual(['float32', [2], [1, 2]]);
  });
});

test('a disposed tensor and a value of another kind are refused by name', () => {
  const tensor = tf.zeros([2, 3]);
  tensor.dispose();
  expect(() => toTensor(tensor, undefined, 'ops.add')).toThrow(
    'ops.add: a tensor of shape [2,3] was disposed of before it was used.',
  );
  expect(() => toTensor({} as TensorLike, undefined, 'ops.add')).toThrow(
    'ops.add: `x` must be a tensor, a number, a nested list or a typed array. Received: {}.',
  );
});
