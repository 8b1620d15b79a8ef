import { expect, test } from 'vitest';
import { float16ToNumber, numberToFloat16 } from './float16.ts';

test.each([
  [0, 0x0000],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [65504, 0x7bff],
  [2 ** -14, 0x0400],
  [2 ** -24, 0x0001],
  [Number.POSITIVE_INFINITY, 0x7c00],
  [0.333251953125, 0x3555],
])('%d is 0x%s', (value, bits) => {
  expect(numberToFloat16(value)).toBe(bits);
  expect(Object.is(float16ToNumber(bits), value)).toBe(true);
});

test('every half that is a number comes back from its number', () => {
  for (let bits = 0; bits < 0x10000; bits++) {
    const value = float16ToNumber(bits);
    if (!Number.isNaN(value)) expect(numberToFloat16(value)).toBe(bits);
  }
});

test('halfway between two halves the even one is taken', () => {
  expect(numberToFloat16(1 + 2 ** -11)).toBe(0x3c00);
  expect(numberToFloat16(1 + 3 * 2 ** -11)).toBe(0x3c02);
  expect(numberToFloat16(1.5 * 2 ** -24)).toBe(0x0002);
});

test('what is too large becomes infinite, what is too small 0, and NaN stays', () => {
  expect(numberToFloat16(65519)).toBe(0x7bff);
  expect(numberToFloat16(65520)).toBe(0x7c00);
  expect(numberToFloat16(2 ** -26)).toBe(0);
  expect(float16ToNumber(numberToFloat16(Number.NaN))).toBeNaN();
});
