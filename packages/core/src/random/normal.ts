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
const CENTRE_TOP = [3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125, 45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727];
// biome-ignore format: tables of the paper
const CENTRE_BOTTOM = [1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867, 39307.89580009271061, 28729.085735721942674, 5226.495278852545925];
// biome-ignore format: tables of the paper
const MIDDLE_TOP = [1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504, 1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4];
// biome-ignore format: tables of the paper
const MIDDLE_BOTTOM = [1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459, 0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9];
// biome-ignore format: tables of the paper
const FAR_TOP = [6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123, 0.026532189526576123093, 0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7];
// biome-ignore format: tables of the paper
const FAR_BOTTOM = [1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 7.868691311456132591e-4, 1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15];
