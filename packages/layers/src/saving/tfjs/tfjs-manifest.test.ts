import { HostArray } from '@capas/core';
import { describe, expect, test } from 'vitest';
import { decodeTfjsWeights } from './tfjs-manifest.ts';

const decode = (weights: readonly object[], bytes: Uint8Array) =>
  decodeTfjsWeights('model.json', { paths: [], weights: weights as never }, bytes);

const uint8 = { name: 'w', shape: [2], dtype: 'float32', quantization: { dtype: 'uint8', min: -1, scale: 0.5 } };

describe('weights of tfjs', () => {
  test('quantized ones are value · scale + min, whole ones rounded', () => {
    expect(decode([uint8], Uint8Array.of(0, 4))).toEqual([{ name: 'w', array: new HostArray(Float32Array.of(-1, 1)) }]);
    const wide = { ...uint8, quantization: { dtype: 'uint16', min: 0, scale: 2 } };
    expect(decode([wide], Uint8Array.of(1, 0, 0, 1))[0]!.array.data).toEqual(Float32Array.of(2, 512));
    const whole = { ...uint8, dtype: 'int32', quantization: { dtype: 'uint8', min: 0.4, scale: 1 } };
    expect(decode([whole], Uint8Array.of(1, 2))[0]!.array).toEqual(new HostArray(Int32Array.of(1, 2)));
    const half = { ...uint8, quantization: { dtype: 'float16' } };
    expect(decode([half], Uint8Array.of(0, 0x3c, 0, 0xc0))[0]!.array.data).toEqual(Float32Array.of(1, -2));
  });

  test('stand one after the other, at any byte; those of an optimizer are left out', () => {
    const bytes = new Uint8Array(10);
    new DataView(bytes.buffer).setInt32(2, -7, true);
    bytes[9] = 1;
    const weights = [
      uint8,
      { name: 'iter', shape: [], dtype: 'int32', group: 'optimizer' },
      { name: 'n', shape: [3], dtype: 'uint8', quantization: { dtype: 'uint8', min: 0, scale: 1 }, group: 'optimizer' },
      { name: 'b', shape: [1], dtype: 'bool' },
    ];
    expect(decode(weights, bytes)).toEqual([
      { name: 'w', array: new HostArray(Float32Array.of(-1, -1)) },
      { name: 'b', array: new HostArray(Uint8Array.of(1), [1], 'bool') },
    ]);
  });

  test.each([
    [[{ ...uint8, quantization: { dtype: 'int4' } }], 2, "the weight 'w' has dtype int4"],
    [[{ name: 'w', shape: [1], dtype: 'string' }], 2, "the weight 'w' has dtype string"],
    [[{ name: 'w', shape: [-1], dtype: 'float32' }], 2, "the weight 'w' has dtype float32"],
    [
      [{ name: 'w', shape: [1e9], dtype: 'float32' }],
      2,
      "the weight 'w' of shape [1000000000] ends behind the 2 bytes",
    ],
    [[uint8], 3, 'the weights have 2 bytes, and their files 3'],
    [[{ ...uint8, quantization: { dtype: 'uint8' } }], 2, "the weight 'w' is quantized, and does not say"],
  ])('what does not fit is refused %#', (weights, length, message) => {
    expect(() => decode(weights, new Uint8Array(length))).toThrow(message);
  });
});
