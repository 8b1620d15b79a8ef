import type { ProgramDType } from '../program/program.ts';

/** The word of the stream that stands for an element: the bits of a float32, else the integer. */
export function bitsOf(value: number, dtype: ProgramDType): number {
  if (dtype !== 'float32') return value | 0;
  return new Int32Array(Float32Array.of(value).buffer)[0]!;
}

/** The float32 whose bits a word is. */
export const floatOf = (bits: number): number => new Float32Array(Int32Array.of(bits).buffer)[0]!;
