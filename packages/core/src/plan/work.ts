import { costOfInstruction } from '../program/cost.ts';
import type { Instruction, Program } from '../program/program.ts';
import { sizeOf } from '../tensor/shape.ts';
import type { Part } from './encoder.ts';
import type { Fields } from './layouts.ts';
import { FUNCTIONS } from './opcodes.ts';

/** Multiplications of matrices do this many operations in the time of one elsewhere. */
const LINEAR_SPEED = 16;

const LINEAR: ReadonlySet<string> = new Set([
  'dot',
  'conv',
  'convInputGrad',
  'convFilterGrad',
  'attention',
  'attentionGrad',
]);

/** About how much there is to do in a part of an instruction, in additions of single elements. */
export function workOf(program: Program, instruction: Instruction, { opcode, fields }: Part): number {
  const sizeIn = (...names: readonly string[]) => sizeOf(names.flatMap((name) => fields[name] as readonly number[]));
  if (opcode === 'map') return sizeIn('dims') * (1 + stepsWork(fields));
  if (opcode === 'reduce') return sizeIn('kept', 'reduced') * (1 + stepsWork(fields));
  if (opcode === 'copy') return sizeIn('dims');
  if (opcode === 'fill') return fields.count as number;
  const { flops } = costOfInstruction(program, instruction);
  const written = instruction.outputs.reduce((sum, id) => sum + sizeOf(program.types.get(id)!.shape), 0);
  return LINEAR.has(opcode) ? written * (1 + stepsWork(fields)) + flops / LINEAR_SPEED : Math.max(written, flops);
}

/** The functions that take the time of several additions. */
const SLOW: Readonly<Partial<Record<keyof typeof FUNCTIONS, number>>> = {
  constant: 0,
  div: 3,
  floorDiv: 3,
  mod: 3,
  reciprocal: 3,
  sqrt: 3,
  rsqrt: 3,
  pow: 20,
  atan2: 20,
  exp: 10,
  expm1: 10,
  log: 10,
  log1p: 10,
  sin: 10,
  cos: 10,
  tan: 10,
  asin: 10,
  acos: 10,
  atan: 10,
  sinh: 10,
  cosh: 10,
  tanh: 10,
  asinh: 10,
  acosh: 10,
  atanh: 10,
  erf: 10,
  sigmoid: 10,
  softplus: 20,
  elu: 10,
  selu: 10,
};

const NAMES = Object.keys(FUNCTIONS) as (keyof typeof FUNCTIONS)[];

const stepsWork = ({ steps }: Fields): number =>
  ((steps ?? []) as readonly Record<string, number>[]).reduce((sum, { fn }) => sum + (SLOW[NAMES[fn!]!] ?? 1), 0);
