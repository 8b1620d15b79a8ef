import { expect, test } from 'vitest';
import { currentOrigin, gradientOrigin, readOrigin, withOrigin } from './origin.ts';

test('the innermost call counts, and only while it runs', () => {
  const seen = withOrigin('net', () => [
    currentOrigin(),
    withOrigin('net/dense', () => currentOrigin()),
    currentOrigin(),
  ]);
  expect(seen).toEqual(['net', 'net/dense', 'net']);
  expect(currentOrigin()).toBeUndefined();
});

test('an origin has a layer, a kernel, and a direction', () => {
  expect(readOrigin('net/dense/Relu')).toEqual({ layer: 'net/dense', kernel: 'Relu', isGradient: false });
  expect(readOrigin(`${gradientOrigin('net/dense')}/Relu`)).toEqual({
    layer: 'net/dense',
    kernel: 'Relu',
    isGradient: true,
  });
  expect(readOrigin('Relu')).toEqual({ layer: '', kernel: 'Relu', isGradient: false });
});
