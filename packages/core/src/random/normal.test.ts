import { expect, test } from 'vitest';
import { inverseNormal, naturalLog } from './normal.ts';

/** Quantiles of the standard normal distribution from tables. */
test.each([
  [0.5, 0],
  [0.9, 1.2815515655446004],
  [0.975, 1.959963984540054],
  [0.999, 3.090232306167813],
  [1e-10, -6.361340902404056],
  [0.025, -1.959963984540054],
])('the quantile at %d is %d', (p, z) => {
  expect(Math.abs(inverseNormal(p) - z)).toBeLessThanOrEqual(1e-14 * Math.max(1, Math.abs(z)));
});

test('it inverts the distribution function over the whole range of 32-bit draws', () => {
  for (let i = 1; i < 200; i++) {
    const p = i / 400;
    expect(Math.abs(distribution(inverseNormal(p)) - p)).toBeLessThan(2e-13);
    expect(inverseNormal(1 - p)).toBeCloseTo(-inverseNormal(p), 12);
  }
  // the smallest draw, by the asymptotic series of the tail: φ(z)/z (1 − 1/z² + 3/z⁴ − 15/z⁶ + 105/z⁸)
  const z = -inverseNormal(2 ** -33);
  const w = 1 / (z * z);
  const tail = (Math.exp((-z * z) / 2) / (z * Math.sqrt(2 * Math.PI))) * (1 + w * (-1 + w * (3 + w * (-15 + w * 105))));
  expect(Math.abs(tail * 2 ** 33 - 1)).toBeLessThan(2e-5);
});

/** Φ(z) by its series `½ + φ(z) (z + z³/3 + z⁵/15 + …)`. */
function distribution(z: number): number {
  let [term, total] = [z, z];
  for (let k = 3; Math.abs(term) > 1e-18; k += 2) {
    term *= (z * z) / k;
    total += term;
  }
  return 0.5 + (total * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

test('the logarithm is accurate to about one unit in the last place', () => {
  for (let i = 0; i < 2000; i++) {
    const x = 2 ** (i / 20 - 50) * (1 + (i % 7) / 9);
    expect(Math.abs(naturalLog(x) - Math.log(x))).toBeLessThanOrEqual(3e-16 * Math.max(1, Math.abs(Math.log(x))));
  }
  expect(naturalLog(1)).toBe(0);
});
