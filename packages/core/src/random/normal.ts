/**
 * The inverse of the standard normal distribution function: the z below which a share `p` of all values lies.
 *
 * Wichura's AS 241 (PPND16), accurate to about 1e-16. It uses only +, −, ×, ÷, √ and our own logarithm, all in float64:
 * operations that IEEE 754 rounds in one way, so that every backend that avoids fused multiply-add gets the same bits.
 *
 * @see M. J. Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics 37, 1988.
 */
export function inverseNormal(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * horner(CENTRE_TOP, r)) / horner(CENTRE_BOTTOM, r);
  }
  const tail = Math.sqrt(-naturalLog(q < 0 ? p : 1 - p));
  const value =
    tail <= 5
      ? horner(MIDDLE_TOP, tail - 1.6) / horner(MIDDLE_BOTTOM, tail - 1.6)
      : horner(FAR_TOP, tail - 5) / horner(FAR_BOTTOM, tail - 5);
  return q < 0 ? -value : value;
}

/** The natural logarithm of a positive normal float64, to about 1 unit in the last place, the same on every machine. */
export function naturalLog(x: number): number {
  view.setFloat64(0, x);
  const high = view.getInt32(0);
  let exponent = ((high >> 20) & 0x7ff) - 1023;
  view.setInt32(0, (high & 0x000fffff) | 0x3ff00000);
  let mantissa = view.getFloat64(0);
  if (mantissa > Math.SQRT2) {
    mantissa *= 0.5;
    exponent += 1;
  }
  // ln m = 2 artanh(s), s = (m − 1)/(m + 1), |s| ≤ 0.1716: the series ends below 2^-53 after ten terms
  const s = (mantissa - 1) / (mantissa + 1);
  return exponent * Math.LN2 + 2 * s * horner(ARTANH, s * s);
}

const view = new DataView(new ArrayBuffer(8));

/** `c[0] + c[1] x + c[2] x² + …` */
function horner(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + coefficients[i]!;
  return sum;
}

const ARTANH = Array.from({ length: 12 }, (_, k) => 1 / (2 * k + 1));

// biome-ignore format: tables of the paper
const CENTRE_TOP = [3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227];
// biome-ignore format: tables of the paper
const CENTRE_BOTTOM = [1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943, 5226.495278852546];
// biome-ignore format: tables of the paper
const MIDDLE_TOP = [1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 0.0007745450142783414];
// biome-ignore format: tables of the paper
const MIDDLE_BOTTOM = [1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-9];
// biome-ignore format: tables of the paper
const FAR_TOP = [6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7];
// biome-ignore format: tables of the paper
const FAR_BOTTOM = [1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15];
