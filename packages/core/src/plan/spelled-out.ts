import { callOf, type Expression, numberOf } from '../program/expression.ts';

/**
 * Functions that executors have no instruction for, in functions that they have; the bits are the same.
 *
 * To round `x` to `n` bits less: `y - (y - x)` with `y = 2ⁿ·x`. The last bit of `y - x` stands for `2ⁿ` of the last bits of
 * `x`, so the subtraction rounds there, to even, and the other one is exact. A lower bound for `y` gives the last bit of the
 * subnormal numbers of the format.
 *
 * @see Dekker, "A floating-point technique for extending the available precision", 1971
 */
export const spelledOut: Readonly<Record<string, (x: Expression) => Expression>> = { bf16: bfloat16, f16: float16 };

/** Large numbers are made smaller by a power of two, so that `y` is finite; infinity stands there for the first beyond the range. */
function bfloat16(x: Expression): Expression {
  const size = callOf('abs', x);
  const isSmall = callOf('lt', size, numberOf(1));
  const scaled = callOf('select', isSmall, size, callOf('mul', size, numberOf(2 ** -17)));
  const rounded = roundedBy(16, callOf('min', scaled, numberOf(2 ** 111)), 2 ** -109);
  return withSignOf(x, callOf('select', isSmall, rounded, callOf('mul', rounded, numberOf(2 ** 17))));
}

function float16(x: Expression): Expression {
  const beyond = numberOf(2 ** 16);
  const rounded = roundedBy(13, callOf('min', callOf('abs', x), beyond), 1);
  return withSignOf(x, callOf('select', callOf('ge', rounded, beyond), numberOf(Number.POSITIVE_INFINITY), rounded));
}

function roundedBy(bits: number, x: Expression, least: number): Expression {
  const y = callOf('max', callOf('mul', x, numberOf(2 ** bits)), numberOf(least));
  return callOf('sub', y, callOf('sub', y, x));
}

/** Zeros keep their sign, as all numbers do; so do those that native code takes for 0, the subnormal ones of float32. */
const withSignOf = (x: Expression, size: Expression): Expression => {
  const isZero = callOf('eq', x, numberOf(0));
  return callOf('mul', callOf('select', isZero, x, callOf('sign', x)), size);
};
