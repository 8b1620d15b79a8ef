const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/** The number that 16 bits of IEEE 754 half precision stand for. */
export function float16ToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The 16 bits of the half nearest to a number, ties to even; beyond 65504 infinity. */
export function numberToFloat16(value: number): number {
  float[0] = value;
  const source = bits[0]!;
  const sign = (source >>> 16) & 0x8000;
  const magnitude = source & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x47800000) return sign | 0x7c00; // 2^16 and above
  if (magnitude < 0x38800000) {
    // below 2^-14: a subnormal half counts in steps of 2^-24
    return sign | roundHalfEven(Math.abs(float[0]!) * 2 ** 24);
  }
  const rebased = magnitude - 0x38000000;
  const rounded = rebased + 0xfff + ((rebased >>> 13) & 1);
  return sign | Math.min(rounded >>> 13, 0x7c00);
}

function roundHalfEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? low + 1 : low;
}
