import type { Executable } from '../backend/executor.ts';
import { BackendError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { evaluateInstruction, repeated } from '../program/interpret.ts';
import { allocate, type HostValue } from '../program/primitive.ts';
import { printInstruction } from '../program/print.ts';
import type { ValueId } from '../program/program.ts';
import { runKernel } from './run-kernel.ts';

/** Evaluates the instructions that an executor does not know, by the meaning of their primitives, between its segments. */
export class HostSegments {
  readonly #executable: Executable;
  readonly #plan: Plan;
  readonly #constants: ReadonlyMap<ValueId, HostValue>;

  constructor(executable: Executable, plan: Plan) {
    const { constants, types } = plan.program;
    this.#executable = executable;
    this.#plan = plan;
    this.#constants = new Map(
      constants.map(({ id, data }) => {
        const type = types.get(id)!;
        return [id, { type, data: repeated(data, type) }];
      }),
    );
  }

  /** Evaluates an instruction of the program. @throws BackendError naming it */
  run(index: number): void {
    const { program, slotOf } = this.#plan;
    const instruction = program.instructions[index]!;
    const { inputs, outputs } = instruction;
    try {
      const types = outputs.map((id) => program.types.get(id)!);
      const results = evaluateInstruction(instruction, inputs.map(this.#read), types, { runKernel });
      outputs.forEach((id, i) => {
        this.#executable.writeSlot(slotOf.get(id)!, results[i]!);
      });
    } catch (error) {
      throw new BackendError(`${(error as Error).message}\n  ${printInstruction(program, instruction)}`, {
        cause: error,
      });
    }
  }

  readonly #read = (id: ValueId): HostValue => {
    const constant = this.#constants.get(id);
    if (constant) return constant;
    const { program, slotOf } = this.#plan;
    const type = program.types.get(id)!;
    const data = allocate(type);
    this.#executable.readSlot(slotOf.get(id)!, data);
    return { type, data };
  };
}
