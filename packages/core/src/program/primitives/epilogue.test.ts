import { describe, expect, test } from 'vitest';
import { evaluate, float32, floats, flopsOf, int32, integers } from '../../testing/primitive-check.ts';
import { parseExpression } from '../parse.ts';
import type { HostValue } from '../primitive.ts';
import type { InstructionAttributes } from '../program.ts';

const WINDOW = {
  strides: [1, 1],
  dilations: [1, 1],
  pads: [
    [0, 0],
    [0, 0],
  ],
} as const; // prettier-ignore

/** Two products of 3 channels each: their inputs, attributes, and the shape of the result. */
const products: readonly [string, readonly HostValue[], InstructionAttributes, readonly number[]][] = [
  ['dot', [floats([2, 4, 5]), floats([2, 5, 3], 2)], { transposeA: false, transposeB: false }, [2, 4, 3]],
  ['conv', [floats([2, 4, 4, 2]), floats([2, 2, 2, 3], 2)], WINDOW, [2, 3, 3, 3]],
  [
    'convInputGrad',
    [floats([2, 3, 3, 2]), floats([2, 2, 3, 2], 2)],
    { inputShape: [2, 4, 4, 3], ...WINDOW },
    [2, 4, 4, 3],
  ],
];

describe.each(products)('%s', (name, inputs, attrs, shape) => {
  const [product] = evaluate(name, inputs, attrs);
  const withEpilogue = (text: string, ...extras: HostValue[]) =>
    evaluate(name, [...inputs, ...extras], { ...attrs, epilogue: parseExpression(text) })[0];
  const mapped = (text: string, ...extras: HostValue[]) =>
    evaluate('map', [product!, ...extras], { expr: parseExpression(text) })[0];

  test.each([
    ['mul(a, 0.3)', []],
    ['relu(add(a, b))', [floats([3], 3)]],
    ['add(a, b)', [floats([1, 3], 3)]],
    ['mul(a, b)', [floats([], 3)]],
    ['mul(a, b)', [floats([1, 1], 3)]],
    ['add(mul(a, step(b, 0)), mul(c, d))', [floats(shape, 3), floats([3], 4), floats([1], 5)]],
  ] as [string, HostValue[]][])('the epilogue %s is a map of the product', (text, extras) => {
    expect(product!.type.shape).toEqual(shape);
    expect(withEpilogue(text, ...extras)).toEqual(mapped(text, ...extras));
  });

  test('an extra input may be of another dtype', () => {
    expect(withEpilogue('select(gt(b, 0), a, 0)', integers([3], -2, 2))).toEqual(
      mapped('select(gt(b, 0), a, 0)', integers([3], -2, 2)),
    );
  });

  test('its calls count', () => {
    const types = [...inputs, float32([3], [])].map(({ type }) => type);
    const epilogue = parseExpression('relu(add(a, b))');
    const [size, plain] = [product!.data.length, flopsOf(name, types.slice(0, 2), attrs)];
    expect(flopsOf(name, types, { ...attrs, epilogue })).toBe(plain + 2 * size);
  });

  test('what does not fit is refused', () => {
    expect(() => withEpilogue('add(a, b)', floats([2, 1]))).toThrow(`${name}: an extra input must have the shape`);
    expect(() => withEpilogue('add(a, b)', floats([1, 1, 1, 1, 3]))).toThrow('an extra input must have the shape');
    expect(() => withEpilogue('gt(a, 0)')).toThrow(`${name}: an epilogue makes float32 of float32. Received: bool`);
    expect(() => evaluate(name, [...inputs, floats([3])], attrs)).toThrow('2 in number, without an epilogue');
  });
});

test('products of integers have no epilogue', () => {
  const [a, b] = [int32([1, 1], [2]), int32([1, 1], [3])];
  const attrs = { transposeA: false, transposeB: false, epilogue: parseExpression('f32(a)') };
  expect(() => evaluate('dot', [a, b], attrs)).toThrow('an epilogue makes float32 of float32');
});
