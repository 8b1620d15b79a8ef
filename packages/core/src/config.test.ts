import { afterEach, beforeAll, expect, test } from 'vitest';
import * as config from './config.ts';
import * as ops from './ops/index.ts';
import { scope } from './tensor/scope.ts';
import { startJsBackend } from './testing/js-backend.ts';

beforeAll(startJsBackend);
afterEach(() => config.setEpsilon(1e-7));

test('what is computed from now on has the new epsilon', () => {
  const loss = () => scope(() => ops.binaryCrossentropy([1], [0]).dataSync()[0]);
  expect(loss()).toBeCloseTo(-Math.log(1e-7), 4);
  config.setEpsilon(1e-3);
  expect(config.epsilon()).toBe(1e-3);
  expect(loss()).toBeCloseTo(-Math.log(1e-3), 4);
  expect(() => config.setEpsilon(-1)).toThrow(/`value`/);
});

test('what cannot be set says so, and the one that holds can be set', () => {
  config.setFloatx(config.floatx());
  config.setImageDataFormat('channels_last');
  expect(config.imageDataFormat()).toBe('channelsLast');
  expect(() => config.setFloatx('float64')).toThrow(/must be 'float32'/);
  expect(() => config.setImageDataFormat('channels_first')).toThrow(/give `dataFormat: 'channelsFirst'` to each layer/);
  expect(() => config.setImageDataFormat('rows')).toThrow(/one of/);
});
