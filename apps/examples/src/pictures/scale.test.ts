import { describe, expect, it } from 'vitest';
import { integerTicks, labels, linear, niceRange, ticks } from './scale.ts';

it('linear maps one range to another, and beyond it', () => {
  const toY = linear([0, 2], [100, 0]);
  expect([0, 0.5, 2, 3].map(toY)).toEqual([100, 75, 0, -50]);
});

describe('ticks', () => {
  it.each([
    [
      [0, 1],
      [0, 0.2, 0.4, 0.6, 0.8, 1],
    ],
    [
      [0.03, 0.24],
      [0.05, 0.1, 0.15, 0.2],
    ],
    [
      [0.8712, 0.8788],
      [0.872, 0.874, 0.876, 0.878],
    ],
    [
      [-3, 7],
      [-2, 0, 2, 4, 6],
    ],
    [
      [0, 2500],
      [0, 500, 1000, 1500, 2000, 2500],
    ],
  ] as const)('are round numbers within %j', (range, expected) => {
    expect(ticks(range)).toEqual(expected);
  });
});

describe('niceRange', () => {
  it('ends at ticks', () => {
    expect(niceRange([0.037, 0.24, 0.1])).toEqual([0, 0.25]);
    expect(niceRange([0.91, 0.988])).toEqual([0.9, 1]);
  });

  it('is not empty for one value, for none, or for NaN', () => {
    const [low, high] = niceRange([0.5]);
    expect(low).toBeLessThan(0.5);
    expect(high).toBeGreaterThan(0.5);
    expect(niceRange([0])).toEqual([-1, 1]);
    expect(niceRange([Number.NaN])).toEqual([0, 1]);
    expect(niceRange([Number.NaN, 3, 5])).toEqual([3, 5]);
  });
});

it('integerTicks counts epochs', () => {
  expect(integerTicks(1)).toEqual([1]);
  expect(integerTicks(5)).toEqual([1, 2, 3, 4, 5]);
  expect(integerTicks(20)).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
  expect(integerTicks(50)).toEqual([1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50]);
});

it('labels have as many decimals as they need', () => {
  expect(labels([0, 0.5, 1])).toEqual(['0.0', '0.5', '1.0']);
  expect(labels([0.85, 0.9])).toEqual(['0.85', '0.90']);
  expect(labels([0, 500])).toEqual(['0', '500']);
});
