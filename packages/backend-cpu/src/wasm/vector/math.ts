import { type Code, floats, integers, lanes } from '../assembler.ts';
import type { Keep } from './elementwise.ts';

/**
 * Elementary functions on four floats, to within two units in the last place: the argument is reduced, then a polynomial
 * is evaluated. No fused multiplications, so that every machine gets the same bits.
 *
 * @see Cephes, single precision (Moshier): the intervals and polynomials
 */

const { add, subtract, multiply, divide, select, abs } = lanes;

/** `Σ coefficients[i] · xⁿ⁻ⁱ`, the highest power first. */
const polynomial = (x: Code, [first, ...rest]: readonly number[]): Code =>
  rest.reduce((sum, coefficient) => add(multiply(sum, x), floats(coefficient)), floats(first!));

const LN2_HIGH = 0.693359375; // exact in few bits, so that its products with whole numbers are exact
const LN2_LOW = -2.121944400546906e-4;

/** `eˣ`; infinite from 88.8 on, 0 from −104 down. */
export function exp(keep: Keep, x: Code): Code {
  const limited = keep(lanes.minOrFirst(lanes.maxOrFirst(x, floats(-104)), floats(89)));
  // so large a number leaves no room for fractions: rounded, and the whole number stands in the lowest bits
  const rounded = keep(add(multiply(limited, floats(Math.LOG2E)), floats(ROUNDER)));
  const power = keep(subtract(rounded, floats(ROUNDER)));
  const high = subtract(limited, multiply(power, floats(LN2_HIGH)));
  const r = keep(subtract(high, multiply(power, floats(LN2_LOW))));
  const tail = polynomial(r, EXP);
  const mantissa = add(add(multiply(tail, multiply(r, r)), r), floats(1));
  // 2ⁿ in two factors, since it may lie beyond the normal numbers while the product does not
  const n = keep(lanes.intSubtract(rounded, integers(ROUNDER_BITS)));
  const half = keep(lanes.shiftRightSigned(n, 1));
  return multiply(multiply(mantissa, powerOfTwo(half)), powerOfTwo(lanes.intSubtract(n, half)));
}

const ROUNDER = 1.5 * 2 ** 23;
const ROUNDER_BITS = 0x4b400000;

const EXP = [1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1];

const powerOfTwo = (n: Code): Code => lanes.shiftLeft(lanes.intAdd(n, integers(127)), 23);

/** `ln x`; −∞ of 0 and NaN below. */
export function log(keep: Keep, x: Code): Code {
  const isTiny = keep(lanes.less(x, floats(1.1754943508222875e-38)));
  const normal = keep(select(isTiny, multiply(x, floats(2 ** 23)), x));
  // x = m · 2ᵉ with m from √½ to √2
  const bits = keep(lanes.intSubtract(normal, integers(ROOT_HALF_BITS)));
  const exponent = lanes.toFloat(lanes.shiftRightSigned(bits, 23));
  const e = keep(subtract(exponent, lanes.and(isTiny, floats(23))));
  const m = lanes.intAdd(lanes.and(bits, integers(0x7f_ffff)), integers(ROOT_HALF_BITS));
  const r = keep(subtract(m, floats(1)));
  const z = keep(multiply(r, r));
  const tail = multiply(multiply(polynomial(r, LOG), r), z);
  const low = add(tail, multiply(e, floats(LN2_LOW)));
  const sum = add(r, subtract(low, multiply(z, floats(0.5))));
  const value = keep(add(sum, multiply(e, floats(LN2_HIGH))));
  const ofInfinite = select(lanes.less(x, floats(Number.POSITIVE_INFINITY)), value, x); // NaN too
  const ofZero = select(lanes.equal(x, floats(0)), floats(Number.NEGATIVE_INFINITY), ofInfinite);
  return select(lanes.less(x, floats(0)), floats(Number.NaN), ofZero);
}

/** Those of the float √½. */
const ROOT_HALF_BITS = 0x3f3504f3;

const LOG = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
];

/** `ln(1 + x)`, accurate near 0 too. */
export function log1p(keep: Keep, x: Code): Code {
  const u = keep(add(x, floats(1)));
  // what rounding took from u; not a number where u is 0 or infinite
  const lost = keep(divide(subtract(x, subtract(u, floats(1))), u));
  const correction = keep(select(lanes.equal(lost, lost), lost, floats(0)));
  const value = add(log(keep, u), correction);
  return select(lanes.equal(x, floats(0)), x, value);
}

/** `1 / (1 + e⁻ˣ)` */
export function sigmoid(keep: Keep, x: Code): Code {
  const e = keep(exp(keep, lanes.negate(abs(x))));
  const numerator = select(lanes.less(x, floats(0)), e, floats(1));
  return divide(numerator, add(e, floats(1)));
}

/** `ln(1 + eˣ)` */
export function softplus(keep: Keep, x: Code): Code {
  const e = keep(exp(keep, lanes.negate(abs(x))));
  return add(lanes.max(x, floats(0)), log1p(keep, e));
}

/** The hyperbolic tangent. */
export function tanh(keep: Keep, x: Code): Code {
  const size = keep(abs(x));
  const z = keep(multiply(x, x));
  const near = keep(add(multiply(multiply(polynomial(z, TANH), z), x), x));
  const e = exp(keep, add(size, size));
  const far = subtract(floats(1), divide(floats(2), add(e, floats(1))));
  const signed = lanes.or(far, lanes.and(x, integers(-0x8000_0000)));
  return select(lanes.less(size, floats(0.625)), near, signed);
}

const TANH = [-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1];
