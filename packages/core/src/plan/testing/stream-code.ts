import type { ProgramDType } from '../../program/program.ts';
import { scalarFunctions } from '../../program/scalar-functions.ts';
import { floatOf } from '../bits.ts';
import type { Fields } from '../layouts.ts';
import { DTYPES, FUNCTIONS } from '../opcodes.ts';

const FUNCTION_NAMES = Object.keys(FUNCTIONS);
export const DTYPE_NAMES = Object.keys(DTYPES) as ProgramDType[];

/** An element as it lies in memory of a dtype. */
export function rounded(value: number, dtype: ProgramDType): number {
  if (dtype === 'float32') return Math.fround(value);
  if (dtype === 'int32') return value | 0;
  return dtype === 'bool' ? Number(value !== 0) : value & 255;
}

/** Runs code for one element: the registers after it, from what was loaded. */
export function runCode(fields: Fields, loaded: readonly number[]): readonly number[] {
  const registers = new Array<number>(fields.nRegisters as number).fill(Number.NaN);
  loaded.forEach((value, i) => {
    registers[i] = value;
  });
  for (const { fn, dtype, dst, a, b, c } of fields.steps as readonly Record<string, number>[]) {
    const type = DTYPE_NAMES[dtype!]!;
    const name = FUNCTION_NAMES[fn!]!;
    if (name === 'constant') {
      registers[dst!] = type === 'float32' ? floatOf(a!) : a!;
      continue;
    }
    const { evaluate, result } = scalarFunctions[name]!;
    const value = evaluate(registers[a!]!, registers[b!]!, registers[c!]!);
    registers[dst!] = rounded(value, result === 'same' ? type : result);
  }
  return registers;
}
