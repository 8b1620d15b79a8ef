import { requirePrimitive } from '../program/builder.ts';
import { inferTypes } from '../program/primitive.ts';
import type { Instruction, Program, ProgramConstant, ValueId, ValueType } from '../program/program.ts';
import { keyOf } from './instruction-key.ts';
import { removeDeadCode } from './remove-dead-code.ts';

/**
 * An instruction without its outputs: what a rule puts in the place of the one that it was shown. Without an origin it comes from
 * where that one does.
 */
export type Step = Pick<Instruction, 'primitive' | 'inputs' | 'attrs' | 'origin'>;

/**
 * One step of a rewrite. It is shown an instruction and answers with another {@link Step} that makes the same outputs, with
 * values that exist already and are equal to the outputs, or with `undefined`: nothing to do.
 */
export type Rule = (instruction: Instruction, view: ProgramView) => Step | readonly ValueId[] | undefined;

/** What a rule may ask about the program, as it was rewritten so far: everything before the instruction is in its final form. */
export interface ProgramView {
  typeOf(id: ValueId): ValueType;
  /** The elements of a constant (one stands for all), or `undefined` if the value is no constant. */
  constantOf(id: ValueId): ProgramConstant['data'] | undefined;
  /** What makes the value, or `undefined` for an input, a state or a constant. */
  producerOf(id: ValueId): Instruction | undefined;
  /** The instructions that read the value before the rewrite; none for values that came with it. */
  readersOf(id: ValueId): readonly Instruction[];
  /** Whether the value is an output or a state after the step. */
  isKept(id: ValueId): boolean;
  addConstant(data: ProgramConstant['data'], type: ValueType): ValueId;
  /** The outputs of another instruction, which comes before the one that is shown; equal ones are made once. */
  emit(step: Step, origin?: string): readonly ValueId[];
}

/**
 * The program in which no rule has anything to do any more, without the instructions that this leaves unused.
 *
 * One walk from the first instruction to the last: where a rule fires, all rules are tried again on what it made. So a rule
 * must make its instruction simpler (fewer or smaller ones); a rule that undoes another would never end.
 */
export function rewrite(program: Program, rules: readonly Rule[]): Program {
  const draft = new Draft(program);
  const { instructions } = draft;
  for (const instruction of program.instructions) {
    const result = applyRules(draft.renamed(instruction), rules, draft);
    if (isInstruction(result)) {
      instructions.push(result);
      for (const id of result.outputs) draft.producers.set(id, result);
    } else {
      instruction.outputs.forEach((id, i) => {
        draft.names.set(id, result[i]!);
      });
    }
  }
  if (!draft.changed) return program;
  return removeDeadCode.run({
    ...program,
    constants: [...program.constants, ...draft.added],
    instructions,
    state: program.state.map((slot) => ({ ...slot, output: draft.nameOf(slot.output) })),
    outputs: program.outputs.map(draft.nameOf),
    types: draft.types,
  });
}

/** Tries the rules until none fires: the instruction as it is then, or the values that stand for its outputs. */
function applyRules(first: Instruction, rules: readonly Rule[], draft: Draft): Instruction | readonly ValueId[] {
  let instruction = first;
  for (;;) {
    const result = firstResult(instruction, rules, draft);
    if (!result) return instruction;
    draft.changed = true;
    if (!isStep(result)) return result;
    instruction = { ...instruction, ...result };
  }
}

function firstResult(instruction: Instruction, rules: readonly Rule[], view: ProgramView): ReturnType<Rule> {
  for (const rule of rules) {
    const result = rule(instruction, view);
    if (result) return result;
  }
  return undefined;
}

const isStep = (result: Step | readonly ValueId[]): result is Step => !Array.isArray(result);
const isInstruction = (result: Instruction | readonly ValueId[]): result is Instruction => !Array.isArray(result);

/** A program while it is rewritten. */
class Draft implements ProgramView {
  changed = false;
  readonly instructions: Instruction[] = [];
  readonly names = new Map<ValueId, ValueId>();
  readonly producers = new Map<ValueId, Instruction>();
  readonly added: ProgramConstant[] = [];
  readonly types: Map<ValueId, ValueType>;
  readonly #constants: Map<ValueId, ProgramConstant['data']>;
  readonly #readers: ReadonlyMap<ValueId, readonly Instruction[]>;
  readonly #kept: ReadonlySet<ValueId>;
  readonly #emitted = new Map<string, readonly ValueId[]>();
  #nextId: number;

  constructor(program: Program) {
    this.types = new Map(program.types);
    this.#constants = new Map(program.constants.map(({ id, data }) => [id, data]));
    this.#readers = findReaders(program);
    this.#kept = new Set([...program.outputs, ...program.state.map(({ output }) => output)]);
    this.#nextId = 1 + [...program.types.keys()].reduce((a, b) => Math.max(a, b), -1);
  }

  readonly nameOf = (id: ValueId): ValueId => this.names.get(id) ?? id;

  renamed(instruction: Instruction): Instruction {
    if (!instruction.inputs.some((id) => this.names.has(id))) return instruction;
    return { ...instruction, inputs: instruction.inputs.map(this.nameOf) };
  }

  typeOf(id: ValueId): ValueType {
    const type = this.types.get(id);
    if (!type) throw new Error(`rewrite: value %${id} has no type.`);
    return type;
  }

  constantOf(id: ValueId): ProgramConstant['data'] | undefined {
    return this.#constants.get(id);
  }

  producerOf(id: ValueId): Instruction | undefined {
    return this.producers.get(id);
  }

  readersOf(id: ValueId): readonly Instruction[] {
    return this.#readers.get(id) ?? [];
  }

  isKept(id: ValueId): boolean {
    return this.#kept.has(id);
  }

  addConstant(data: ProgramConstant['data'], type: ValueType): ValueId {
    const id = this.#nextId++;
    this.types.set(id, type);
    this.#constants.set(id, data);
    this.added.push({ id, data });
    return id;
  }

  emit(step: Step, origin: string | undefined = step.origin): readonly ValueId[] {
    const key = keyOf(step);
    const known = this.#emitted.get(key);
    if (known) return known;
    const { primitive, inputs, attrs } = step;
    const types = inferTypes(
      requirePrimitive(primitive),
      inputs.map((id) => this.typeOf(id)),
      attrs,
    );
    const outputs = types.map((type) => {
      this.types.set(this.#nextId, type);
      return this.#nextId++;
    });
    const instruction = { primitive, inputs, attrs, outputs, ...(origin !== undefined && { origin }) };
    this.instructions.push(instruction);
    for (const id of outputs) this.producers.set(id, instruction);
    this.#emitted.set(key, outputs);
    return outputs;
  }
}

function findReaders(program: Program): ReadonlyMap<ValueId, readonly Instruction[]> {
  const readers = new Map<ValueId, Instruction[]>();
  for (const instruction of program.instructions) {
    for (const id of new Set(instruction.inputs)) {
      const known = readers.get(id);
      if (known) known.push(instruction);
      else readers.set(id, [instruction]);
    }
  }
  return readers;
}
