import { cpu } from '@capas/backend-cpu';
import { useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { clearSession } from '../../naming.ts';
import { SymbolicTensor } from '../../symbolic-tensor.ts';
import { InputLayer, input } from './input-layer.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('input', () => {
  test('makes a symbolic tensor with a batch of unknown size', () => {
    const x = input({ shape: [28, 28] });
    expect(x).toBeInstanceOf(SymbolicTensor);
    expect(x.shape).toEqual([null, 28, 28]);
    expect(x.dtype).toBe('float32');
    expect(x.node!.layer).toBeInstanceOf(InputLayer);
  });

  test('takes a whole shape, a dtype and a name', () => {
    const x = input({ batchShape: [8, null], dtype: 'int32', name: 'ids' });
    expect([x.shape, x.dtype, x.name]).toEqual([[8, null], 'int32', 'ids']);
  });

  test('takes dtypes of Keras for those that stand for them here', () => {
    const dtypes = ['int64', 'uint8', 'float16', 'bool', 'string'].map(
      (dtype) => input({ shape: [1], dtype: dtype as never }).dtype,
    );
    expect(dtypes).toEqual(['int32', 'int32', 'float32', 'bool', 'string']);
  });

  test('is named as Keras names it', () => {
    clearSession();
    expect([input({ shape: [1] }).name, input({ shape: [1] }).name]).toEqual(['input_layer', 'input_layer_1']);
  });

  test('a scalar for each sample has an empty shape', () => {
    expect(input({ shape: [] }).shape).toEqual([null]);
  });

  test.each([
    [{}, 'undefined'],
    [{ shape: [-1] }, '[-1]'],
    [{ shape: [2.5] }, '[2.5]'],
    [{ shape: 784 as never }, '784'],
  ])('refuses %o', (config, shown) => {
    expect(() => input(config)).toThrow(
      `input: \`shape\` must be a list of sizes or nulls, without the batch axis. Received: ${shown}.`,
    );
  });
});
