import { debugOutput } from '../debug-output.ts';
import { isView, liveness } from '../passes/liveness.ts';
import { planMemory } from '../passes/plan-memory.ts';
import type { Instruction, Program } from '../program/program.ts';
import { sizeOf } from '../tensor/shape.ts';
import { disassemble } from './disassemble.ts';
import type { Part } from './encoder.ts';
import { encoders } from './encoders.ts';
import { finalCopies } from './final-copies.ts';
import type { Plan } from './plan.ts';
import { type ScheduledPart, schedule } from './schedule.ts';
import { SlotTable } from './slot-table.ts';
import { workOf } from './work.ts';

/** Options of {@link planProgram}. */
export interface PlanOptions {
  /** What takes less time than so many additions of single elements, one thread does alone. @defaultValue 8192 */
  readonly serialBelow?: number;
  /** Receives the plan as text. @defaultValue the console if the environment variable `CAPAS_DEBUG` has `plan` in it */
  readonly debug?: ((text: string) => void) | undefined;
}

/**
 * Turns a program, as the passes left it, into a plan: where every value lies, and the instruction stream.
 *
 * The copies at the end carry the number of the instruction that made the value, or 0.
 */
export function planProgram(program: Program, options: PlanOptions = {}): Plan {
  const { serialBelow = 8192, debug = debugOutput('plan') } = options;
  const live = liveness(program);
  const memory = planMemory(program, live);
  const table = new SlotTable(program, live, memory);
  const parts: ScheduledPart[] = [];
  program.instructions.forEach((instruction, index) => {
    if (isView(instruction) || isEmpty(program, instruction.outputs)) return;
    table.releaseTemporaries();
    const encoded = encode(program, instruction, table);
    // the host reads and writes by slots
    if (!encoded) for (const id of [...instruction.inputs, ...instruction.outputs]) table.slotOf(id);
    for (const part of encoded ?? [HOST]) {
      const isSerial = workOf(program, instruction, part) < serialBelow;
      parts.push({ ...part, instruction: index, isSerial });
    }
  });
  table.releaseTemporaries();
  for (const { part, instruction, size } of finalCopies(program, live, memory, table)) {
    parts.push({ ...part, instruction, isSerial: size < serialBelow });
  }
  const { slots, slotOf, arenaBytes } = table.finish();
  const plan: Plan = { program, slots, slotOf, arenaBytes, ...schedule(parts, slots) };
  debug?.(disassemble(plan));
  return plan;
}

const HOST: Part = { opcode: 'host', fields: {} };

const isEmpty = ({ types }: Program, ids: Instruction['outputs']): boolean =>
  ids.every((id) => sizeOf(types.get(id)!.shape) === 0);

/** Primitives for which an empty input is nothing special. */
const TAKES_EMPTY: ReadonlySet<string> = new Set(['concat', 'pad', 'scatterAdd', 'updateRows']);

function encode(program: Program, instruction: Instruction, table: SlotTable): readonly Part[] | undefined {
  const { primitive, inputs, attrs, outputs } = instruction;
  if (inputs.some((id) => isEmpty(program, [id])) && !TAKES_EMPTY.has(primitive)) return undefined;
  const encoder = Object.hasOwn(encoders, primitive) ? encoders[primitive] : undefined;
  return encoder?.({
    attrs,
    inputs: inputs.map((id) => table.operand(id)),
    outputs: outputs.map((id) => table.operand(id)),
    constant: (data, dtype) => table.constant(data, dtype),
    temporary: (type) => table.temporary(type),
  });
}
