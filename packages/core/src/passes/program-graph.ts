import type { Instruction, Program, ValueId, ValueType } from '../program/program.ts';

/** What makes and what reads each value of a program as it is. */
export class ProgramGraph {
  readonly #program: Program;
  readonly #kept: ReadonlySet<ValueId>;
  readonly #readers = new Map<ValueId, Instruction[]>();
  /** The place of the instruction that makes a value. */
  readonly #places = new Map<ValueId, number>();

  constructor(program: Program) {
    this.#program = program;
    this.#kept = new Set([...program.outputs, ...program.state.map(({ output }) => output)]);
    program.instructions.forEach((instruction, place) => {
      for (const id of instruction.outputs) this.#places.set(id, place);
      for (const id of new Set(instruction.inputs)) {
        const known = this.#readers.get(id);
        if (known) known.push(instruction);
        else this.#readers.set(id, [instruction]);
      }
    });
  }

  typeOf(id: ValueId): ValueType {
    return this.#program.types.get(id)!;
  }

  producerOf(id: ValueId): Instruction | undefined {
    return this.#program.instructions[this.placeOf(id)];
  }

  readersOf(id: ValueId): readonly Instruction[] {
    return this.#readers.get(id) ?? [];
  }

  /** Whether the value is an output or a state after the step. */
  isKept(id: ValueId): boolean {
    return this.#kept.has(id);
  }

  /** The place of the instruction that makes a value; -1 for inputs, states and constants. */
  placeOf(id: ValueId): number {
    return this.#places.get(id) ?? -1;
  }
}
