import { requirePrimitive } from './builder.ts';
import type { Cost } from './primitive.ts';
import type { Instruction, Program } from './program.ts';

/** What one run of a program costs: the sum over its instructions. */
export function costOf(program: Program): Cost {
  let [flops, bytes] = [0, 0];
  for (const instruction of program.instructions) {
    const cost = costOfInstruction(program, instruction);
    flops += cost.flops;
    bytes += cost.bytes;
  }
  return { flops, bytes };
}

/** What an instruction of a program costs. */
export function costOfInstruction({ types }: Program, { primitive, inputs, attrs, outputs }: Instruction): Cost {
  const typesOf = (ids: Instruction['inputs']) => ids.map((id) => types.get(id)!);
  return requirePrimitive(primitive).cost(typesOf(inputs), attrs, typesOf(outputs), costOf);
}
