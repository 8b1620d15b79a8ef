import { afterEach, expect, test } from 'vitest';
import { dtypePolicy, setDtypePolicy } from '../config.ts';
import { DTypePolicy, DTypePolicyMap, deserialize, get, serialize } from './index.ts';

afterEach(() => setDtypePolicy('float32'));

test.each([
  ['float32', 'float32', 'float32'],
  ['mixed_bfloat16', 'bfloat16', 'float32'],
  ['mixedFloat16', 'float16', 'float32'],
  ['bfloat16', 'bfloat16', 'bfloat16'],
  ['int32', 'int32', 'int32'],
])('%s computes in %s on weights of %s', (name, computeDtype, variableDtype) => {
  expect(get(name)).toMatchObject({ computeDtype, variableDtype });
});

test('what there is not is refused', () => {
  expect(() => get('float64')).toThrow(/Received: 'float64'. Tensors have no floats of 64 bits/);
  expect(() => get('mixed_float32')).toThrow(/`name` must be 'float32', 'mixed_bfloat16'/);
  for (const name of ['int4/-1_from_float32', 'float8_from_float32', 'gptq/4/128_from_float32'])
    expect(() => get(name)).toThrow(/`mode` must be 'int8'. .*Of Keras's modes there is 'int8' alone/);
  const quantized = { class_name: 'Int4DTypePolicy', config: { mode: 'int4/128', source_name: 'float32' } };
  expect(() => get(quantized)).toThrow(/`mode` must be 'int8'/);
  expect(() => get('int8_from_mixed_float16')).toThrow(/does not compute in float16/);
  expect(() => get({ class_name: 'Dense', config: {} })).toThrow(/`identifier`/);
});

test('the policy that is set holds for what is not told one', () => {
  expect(dtypePolicy().name).toBe('float32');
  setDtypePolicy('mixed_bfloat16');
  expect([dtypePolicy().name, get().name, new DTypePolicy().name]).toEqual(Array(3).fill('mixed_bfloat16'));
});

test('a map finds the key, then the pattern of the whole path, then the default', () => {
  const map = new DTypePolicyMap({
    defaultPolicy: 'float32',
    policyMap: { 'encoder/dense': 'bfloat16', 'encoder/.*': 'float16', decoder: 'bfloat16' },
  });
  const names = ['encoder/dense', 'encoder/query', 'decoder/query', 'decoder'].map((path) => map.get(path).name);
  expect(names).toEqual(['bfloat16', 'float16', 'float32', 'bfloat16']);
  expect(() => map.set('decoder', 'float32')).toThrow(/`key`/);
  expect(() => map.set('.*/query', 'float32').get('encoder/query')).toThrow(/'encoder\/query' matches several keys/);
  expect([map.delete('decoder'), map.has('decoder'), map.size]).toEqual([true, false, 3]);
  expect(() => new DTypePolicyMap({ defaultPolicy: map })).toThrow(/that is no map/);
});

test('policies are written as Keras writes them, and read', () => {
  const policy = {
    module: 'keras',
    class_name: 'DTypePolicy',
    config: { name: 'mixed_float16' },
    registered_name: null,
  };
  expect(serialize(get('mixed_float16'))).toEqual(policy);
  expect(deserialize(policy)).toEqual(get('mixed_float16'));
  const map = serialize(new DTypePolicyMap({ policyMap: { 'a_b/c_d': 'mixed_float16' } }));
  expect(map).toEqual({
    module: 'keras.dtype_policies',
    class_name: 'DTypePolicyMap',
    config: { default_policy: null, policy_map: { 'a_b/c_d': policy } },
    registered_name: null,
  });
  expect(deserialize(map).at('a_b/c_d').computeDtype).toBe('float16');
});

test('policies of quantized layers compute as the one before', () => {
  const policy = get('int8_from_mixed_bfloat16');
  expect(policy).toMatchObject({ computeDtype: 'bfloat16', variableDtype: 'float32', quantizationMode: 'int8' });
  const written = {
    module: 'keras.dtype_policies',
    class_name: 'QuantizedDTypePolicy',
    config: { mode: 'int8', source_name: 'mixed_bfloat16' },
    registered_name: null,
  };
  expect(serialize(policy)).toEqual(written);
  expect(deserialize(written)).toEqual(policy);
  expect(new DTypePolicyMap({ policyMap: { dense: 'int8_from_float32' } }).at('dense').quantizationMode).toBe('int8');
  expect(new DTypePolicyMap({ defaultPolicy: policy }).at('any')).toBe(policy);
});
