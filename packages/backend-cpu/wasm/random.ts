// `random` and `oneHot`: values from a seed, and from numbers of classes.
import { DISTRIBUTION_BITS, DISTRIBUTION_NORMAL, DISTRIBUTION_UNIFORM } from './codes';
import { fillElements } from './copy';
import { isMeasuring, next, nextSlot, shareEnd, shareStart, take, wordOf } from './runtime';

/** Random words made together: four blocks of Philox 4×32. */
const GROUP: i32 = 16;

const M0: i32 = 0xd2511f53;
const M1: i32 = 0xcd9e8d57;
const W0: i32 = 0x9e3779b9;
const W1: i32 = 0xbb67ae85;

/** The share of a standard normal distribution below -2. */
const BELOW_MINUS_TWO: f64 = 0.022750131948179195;

export function random(): void {
  const distribution = next();
  const count = next();
  const state = nextSlot();
  const out = nextSlot();
  const bits = take(64);
  if (isMeasuring()) return;
  const seed = wordOf(state, 0);
  const counter = wordOf(state, 1);
  const low: f64 = distribution == DISTRIBUTION_NORMAL ? 0 : BELOW_MINUS_TWO;
  const width: f64 = distribution == DISTRIBUTION_NORMAL ? 1 : 1 - 2 * BELOW_MINUS_TWO;
  const end = shareEnd(count, GROUP);
  for (let start = shareStart(count, GROUP); start < end; start += GROUP) {
    philox(bits, start >> 2, seed, counter);
    const to = out + ((<usize>start) << 2);
    const together = <usize>min(GROUP, end - start);
    for (let i: usize = 0; i < together; i++) {
      const word = load<u32>(bits + (i << 2));
      const at = to + (i << 2);
      if (distribution == DISTRIBUTION_BITS) store<u32>(at, word);
      else if (distribution == DISTRIBUTION_UNIFORM) store<f32>(at, <f32>(word >> 8) * 5.9604644775390625e-8);
      else store<f32>(at, <f32>inverseNormal(low + width * ((<f64>word + 0.5) * 2.3283064365386963e-10)));
    }
  }
}

/** The upper halves of products of words. */
// @ts-ignore: decorator
@inline
function upperWords(a: v128, b: v128): v128 {
  const low = i64x2.extmul_low_i32x4_u(a, b);
  const high = i64x2.extmul_high_i32x4_u(a, b);
  return v128.shuffle<i32>(low, high, 1, 3, 5, 7);
}

/** 16 words from block `block` on: the bits of `fillRandomBits` of core. */
function philox(out: usize, block: i32, seed: i32, counter: i32): void {
  let c0 = i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3));
  let c1 = i32x4.splat(0);
  let c2 = i32x4.splat(counter);
  let c3 = i32x4.splat(0);
  let k0 = seed;
  let k1 = 0;
  const m0 = i32x4.splat(M0);
  const m1 = i32x4.splat(M1);
  for (let round = 0; round < 10; round++) {
    const high0 = upperWords(m0, c0);
    const high1 = upperWords(m1, c2);
    const low0 = i32x4.mul(m0, c0);
    const low1 = i32x4.mul(m1, c2);
    c0 = v128.xor(v128.xor(high1, c1), i32x4.splat(k0));
    c1 = low1;
    c2 = v128.xor(v128.xor(high0, c3), i32x4.splat(k1));
    c3 = low0;
    k0 += W0;
    k1 += W1;
  }
  // one block to a lane becomes one block after the other
  const a = v128.shuffle<i32>(c0, c1, 0, 4, 1, 5);
  const b = v128.shuffle<i32>(c2, c3, 0, 4, 1, 5);
  const c = v128.shuffle<i32>(c0, c1, 2, 6, 3, 7);
  const d = v128.shuffle<i32>(c2, c3, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<i64>(a, b, 0, 2));
  v128.store(out, v128.shuffle<i64>(a, b, 1, 3), 16);
  v128.store(out, v128.shuffle<i64>(c, d, 0, 2), 32);
  v128.store(out, v128.shuffle<i64>(c, d, 1, 3), 48);
}

/**
 * The inverse of the standard normal distribution function, with the operations of core's `inverseNormal` in its order.
 *
 * @see M. J. Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics 37, 1988.
 */
function inverseNormal(p: f64): f64 {
  const q = p - 0.5;
  if (abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * horner(CENTRE_TOP, 8, r)) / horner(CENTRE_BOTTOM, 8, r);
  }
  const tail = sqrt(-naturalLog(q < 0 ? p : 1 - p));
  const value =
    tail <= 5
      ? horner(MIDDLE_TOP, 8, tail - 1.6) / horner(MIDDLE_BOTTOM, 8, tail - 1.6)
      : horner(FAR_TOP, 8, tail - 5) / horner(FAR_BOTTOM, 8, tail - 5);
  return q < 0 ? -value : value;
}

function naturalLog(x: f64): f64 {
  const bits = reinterpret<i64>(x);
  let exponent = <i32>((bits >> 52) & 0x7ff) - 1023;
  let mantissa = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    exponent += 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  return <f64>exponent * 0.6931471805599453 + 2 * s * horner(ARTANH, 12, s * s);
}

/** `c[0] + c[1] x + c[2] x² + …` */
function horner(coefficients: usize, count: usize, x: f64): f64 {
  let sum: f64 = 0;
  for (let i = count; i > 0; i--) sum = sum * x + load<f64>(coefficients + ((i - 1) << 3));
  return sum;
}

// prettier-ignore
const ARTANH = memory.data<f64>([1, 1.0 / 3.0, 1.0 / 5.0, 1.0 / 7.0, 1.0 / 9.0, 1.0 / 11.0, 1.0 / 13.0, 1.0 / 15.0, 1.0 / 17.0, 1.0 / 19.0, 1.0 / 21.0, 1.0 / 23.0]);
// prettier-ignore
const CENTRE_TOP = memory.data<f64>([3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227]);
// prettier-ignore
const CENTRE_BOTTOM = memory.data<f64>([1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943, 5226.495278852546]);
// prettier-ignore
const MIDDLE_TOP = memory.data<f64>([1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 0.0007745450142783414]);
// prettier-ignore
const MIDDLE_BOTTOM = memory.data<f64>([1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-9]);
// prettier-ignore
const FAR_TOP = memory.data<f64>([6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7]);
// prettier-ignore
const FAR_BOTTOM = memory.data<f64>([1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15]);

export function oneHot(): void {
  const size = next();
  const count = next();
  const depth = next();
  const on = next();
  const off = next();
  const ids = nextSlot();
  const out = nextSlot();
  if (isMeasuring()) return;
  const from = shareStart(count, 16);
  const end = shareEnd(count, 16);
  fillElements(out + <usize>(from * depth * size), (end - from) * depth, size, off);
  for (let i = from; i < end; i++) {
    const id = wordOf(ids, i);
    if (<u32>id >= <u32>depth) continue;
    const at = out + <usize>((i * depth + id) * size);
    if (size == 1) store<u8>(at, <u8>on);
    else store<i32>(at, on);
  }
}
