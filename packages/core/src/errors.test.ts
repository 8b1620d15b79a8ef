import { expect, test } from 'vitest';
import { ArgumentError, CapasError, nearest, show, showShape, UnknownNameError } from './errors.ts';

test('an argument error names who, which argument, what was expected and what came', () => {
  const error = new ArgumentError('Dense', 'units', 'a positive integer', -3, 'Give a number from 1 on.');
  expect(error.message).toBe('Dense: `units` must be a positive integer. Received: -3. Give a number from 1 on.');
  expect(error).toBeInstanceOf(CapasError);
  expect(error.name).toBe('ArgumentError');
  expect([error.who, error.argument]).toEqual(['Dense', 'units']);
});

test('an unknown name suggests the nearest ones, and lists all where none is near', () => {
  const known = ['adam', 'adamw', 'sgd', 'rmsprop'];
  expect(new UnknownNameError('optimizer', 'adma', known).message).toContain("Did you mean 'adam'");
  expect(new UnknownNameError('optimizer', 'xyzzyplugh', known).message).toBe(
    "Unknown optimizer: 'xyzzyplugh'. Known: adam, adamw, sgd, rmsprop.",
  );
});

test('case and underscores do not count for nearness', () => {
  expect(nearest('Sparse_Categorical_CrossEntropy', ['sparseCategoricalCrossentropy', 'mse'])).toEqual([
    'sparseCategoricalCrossentropy',
  ]);
});

test('any value is shown on one line', () => {
  expect(show('a')).toBe("'a'");
  expect(show([1, [2, 3]])).toBe('[1, [2, 3]]');
  expect(show(Array.from({ length: 20 }, (_, i) => i))).toContain('20 in all');
  expect(show(new Float32Array(3))).toBe('Float32Array(3)');
  expect(show({ a: 1 })).toBe('{"a":1}');
  expect(show(null)).toBe('null');
  expect(show(Math.max)).toBe('function max');
  expect(show(Object.assign(new (class Thing {})(), { shape: [2, 3], dtype: 'int32' }))).toBe(
    'Thing of shape [2, 3] and dtype int32',
  );
  expect(showShape([null, 28, 28])).toBe('[null, 28, 28]');
});
