const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/** The number that 16 bits of bfloat16 stand for: the upper half of a float32. */
export function bfloat16ToNumber(half: number): number {
  bits[0] = half << 16;
  return float[0]!;
}

/** The 16 bits of the bfloat16 nearest to a number, ties to even. */
export function numberToBfloat16(value: number): number {
  float[0] = value;
  return roundedToBfloat16(bits[0]!) >>> 16;
}

/** The bits of a float32 with the upper 16 rounded, ties to even; NaN stays one. */
export function roundedToBfloat16(source: number): number {
  if ((source & 0x7fffffff) > 0x7f800000) return source | 0x400000;
  return (source + 0x7fff + ((source >>> 16) & 1)) & 0xffff0000;
}
