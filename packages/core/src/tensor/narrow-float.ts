import { bfloat16ToNumber, numberToBfloat16, roundedToBfloat16 } from './bfloat16.ts';
import { float16ToNumber, numberToFloat16 } from './float16.ts';

/** Floating point formats of 16 bits. Tensors have no such dtype: their numbers are kept as float32, rounded to the format. */
export type NarrowFloat = 'bfloat16' | 'float16';

/** Whether a dtype is one of them. */
export const isNarrowFloat = (dtype: unknown): dtype is NarrowFloat => dtype === 'bfloat16' || dtype === 'float16';

/**
 * The number of the format that is nearest to a float32, ties to even; beyond its range an infinity, and NaN stays. Numbers that
 * are too small for it become subnormal ones and zeros, with their sign.
 */
export function toNarrowFloat(value: number, format: NarrowFloat): number {
  return format === 'bfloat16' ? bfloat16ToNumber(numberToBfloat16(value)) : float16ToNumber(numberToFloat16(value));
}

/** All numbers of an array, {@link toNarrowFloat}. */
export function allToNarrowFloat(values: Float32Array, format: NarrowFloat): Float32Array {
  const result = new Float32Array(values);
  if (format === 'bfloat16') {
    const bits = new Uint32Array(result.buffer);
    for (let i = 0; i < bits.length; i++) bits[i] = roundedToBfloat16(bits[i]!);
  } else for (let i = 0; i < result.length; i++) result[i] = toNarrowFloat(result[i]!, format);
  return result;
}
