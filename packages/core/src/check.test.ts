import { expect, test } from 'vitest';
import { canonicalName, requireInteger, requireNumber, requireOneOf, requirePositiveInteger } from './check.ts';

test('a positive integer passes, anything else is named', () => {
  expect(requirePositiveInteger('Dense', 'units', 3)).toBe(3);
  for (const wrong of [0, -3, 2.5, Number.NaN, '3', null, undefined]) {
    expect(() => requirePositiveInteger('Dense', 'units', wrong)).toThrow(
      /^Dense: `units` must be a positive integer\. Received: /,
    );
  }
});

test('an integer has a least value', () => {
  expect(requireInteger('f', 'axis', -2)).toBe(-2);
  expect(() => requireInteger('f', 'k', 0, 1)).toThrow('f: `k` must be an integer of at least 1. Received: 0.');
});

test('a number has a range, and NaN is never in it', () => {
  expect(requireNumber('Dropout', 'rate', 0.5, 0, 1)).toBe(0.5);
  expect(() => requireNumber('Dropout', 'rate', 1.5, 0, 1)).toThrow(
    'Dropout: `rate` must be a number from 0 to 1. Received: 1.5.',
  );
  expect(() => requireNumber('f', 'x', Number.NaN)).toThrow('f: `x` must be a number. Received: NaN.');
});

test('one of some names', () => {
  expect(requireOneOf('Conv', 'padding', 'same', ['same', 'valid'])).toBe('same');
  expect(() => requireOneOf('Conv', 'padding', 'full', ['same', 'valid'])).toThrow(
    "Conv: `padding` must be one of 'same', 'valid'. Received: 'full'.",
  );
});

test.each([
  ['sparse_categorical_crossentropy', 'sparseCategoricalCrossentropy'],
  ['SparseCategoricalCrossentropy', 'sparseCategoricalCrossentropy'],
  ['sparseCategoricalCrossentropy', 'sparseCategoricalCrossentropy'],
  ['channels_last', 'channelsLast'],
  ['relu', 'relu'],
  ['SGD', 'sgd'],
  ['RMSprop', 'rmSprop'],
  ['log_softmax', 'logSoftmax'],
  ['relu6', 'relu6'],
])('%s is %s', (name, canonical) => {
  expect(canonicalName(name)).toBe(canonical);
});
