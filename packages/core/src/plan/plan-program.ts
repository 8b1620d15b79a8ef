import { debugOutput } from '../debug-output.ts';
import { liveness } from '../passes/liveness.ts';
import { planMemory } from '../passes/plan-memory.ts';
import type { Program } from '../program/program.ts';
import { disassemble } from './disassemble.ts';
import { PartWriter } from './part-writer.ts';
import type { Plan } from './plan.ts';
import { schedule } from './schedule.ts';
import { SlotTable } from './slot-table.ts';

/** Options of {@link planProgram}. */
export interface PlanOptions {
  /** What takes less time than so many additions of single elements, one thread does alone. @defaultValue 8192 */
  readonly serialBelow?: number;
  /** Receives the plan as text. @defaultValue the console if the environment variable `CAPAS_DEBUG` has `plan` in it */
  readonly debug?: ((text: string) => void) | undefined;
}

/** Turns a program, as the passes left it, into a plan: where every value lies, and the instruction stream. */
export function planProgram(program: Program, options: PlanOptions = {}): Plan {
  const { serialBelow = 8192, debug = debugOutput('plan') } = options;
  const live = liveness(program);
  const memory = planMemory(program, live);
  const table = SlotTable.ofBound(program, live, memory);
  const writer = new PartWriter(serialBelow);
  const parts = writer.write(program, live, memory, table);
  const { slots, arenaBytes } = table.list;
  const { instructions } = writer;
  const plan: Plan = {
    program,
    instructions,
    slots,
    slotOf: table.slotsOfValues(),
    arenaBytes,
    ...schedule(parts, slots),
  };
  debug?.(disassemble(plan));
  return plan;
}
