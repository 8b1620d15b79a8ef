import { ready } from '@capas/core';
import { beforeAll, expect, test } from 'vitest';
import { deserializeKerasObject, serializeKerasObject } from '../saving/keras-object.ts';
import { AbsMaxQuantizer, absMaxQuantize, getQuantizer, Int8QuantizationConfig } from './index.ts';

beforeAll(() => ready());

test('the greatest magnitude becomes 127, and halves go to even', () => {
  // 127 / 2 = 63.5: 1 → 63.5 → 64; 127 / 127 = 1: 2.5 → 2, 3.5 → 4
  const x = [
    [1, -2, 0],
    [2.5, -127, 3.5],
  ];
  const { values, scale } = absMaxQuantize(x, 1, { epsilon: 0 });
  expect([...values.dataSync()]).toEqual([64, -127, 0, 2, -127, 4]);
  expect(scale.shape).toEqual([2, 1]);
  expect([...scale.dataSync()]).toEqual([63.5, 1]);
});

test('no axes: each element has a scale; two axes: one for both; a range of 4 bits', () => {
  const x = [
    [1, -2],
    [4, 0],
  ];
  expect([...absMaxQuantize(x, [], { epsilon: 0.5 }).scale.dataSync()].map((v) => v * 4.5)).toEqual(
    [381, 228.6, 127, 1143].map((v) => expect.closeTo(v, 3)),
  );
  const whole = absMaxQuantize(x, [0, 1], { valueRange: [-8, 7], epsilon: 0 });
  expect([...whole.values.dataSync()]).toEqual([2, -4, 7, 0]);
  expect(whole.scale.shape).toEqual([1, 1]);
});

test('zeros stay zeros', () => {
  const { values, scale } = absMaxQuantize([[0, 0]], -1);
  expect([...values.dataSync()]).toEqual([0, 0]);
  expect(scale.dataSync()[0]).toBeCloseTo(127e7, -4);
});

test('quantizers and configs are written as Keras writes them, and read', () => {
  const config = new Int8QuantizationConfig({ weightQuantizer: { className: 'AbsMaxQuantizer', config: { axis: 0 } } });
  const quantizer = (more: object) => ({
    module: 'keras.quantizers',
    class_name: 'AbsMaxQuantizer',
    config: { value_range: [-127, 127], epsilon: 1e-7, output_dtype: 'int8', ...more },
    registered_name: null,
  });
  const written = serializeKerasObject(config);
  expect(written).toEqual({
    module: 'keras.quantizers',
    class_name: 'Int8QuantizationConfig',
    config: { weight_quantizer: quantizer({ axis: [0] }), activation_quantizer: quantizer({}) },
    registered_name: null,
  });
  expect(deserializeKerasObject(written)).toEqual(config);
  expect(deserializeKerasObject(quantizer({ axis: [0] }))).toEqual(new AbsMaxQuantizer({ axis: 0 }));
});

test('what cannot be is refused', () => {
  expect(() => new AbsMaxQuantizer({ valueRange: [-129, 127] })).toThrow(/`valueRange` must be two numbers from -128/);
  expect(() => new AbsMaxQuantizer({ outputDtype: 'int4' as 'int8' })).toThrow(/`outputDtype`/);
  expect(() => getQuantizer('absMax' as never)).toThrow(/Unknown quantizer/);
  expect(getQuantizer(null)).toBeUndefined();
});
