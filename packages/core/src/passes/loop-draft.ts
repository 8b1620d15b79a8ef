import type { LoopAttributes } from '../program/primitives/loop.ts';
import type { Instruction, Program, ProgramConstant, ValueId, ValueType } from '../program/program.ts';
import { removeDeadCode } from './remove-dead-code.ts';
import type { ProgramView, Step } from './rewrite.ts';

/** A value that goes from step to step. */
export interface Carry {
  /** Its first value, in the program around the loop. */
  readonly first: ValueId;
  /** In the body: the value before the step, and after it. */
  readonly before: ValueId;
  after: ValueId;
  /** Whether it only adds up, rounded as often as one likes. */
  readonly isSum: boolean;
  /** The place of its last value among the outputs of the loop as it was. */
  readonly place: number;
}

/** A sequence or an invariant: a value of the program around the loop, and the value in the body that stands for it or for an item. */
export interface LoopInput {
  readonly outer: ValueId;
  readonly inner: ValueId;
}

/** A value of the body that becomes an output, one item for each step. */
export interface Stack {
  inner: ValueId;
  /** The places among the outputs of the loop as it was. */
  readonly places: number[];
}

/** The outputs of a loop that was written: of its stacks by the value in the body. */
export type StackOf = (inner: ValueId) => ValueId;

/** A loop while a rule of `rewrite` changes it. */
export class LoopDraft {
  carries: Carry[];
  sequences: LoopInput[];
  invariants: LoopInput[];
  stacks: Stack[];
  instructions: readonly Instruction[];
  /** What stands for outputs of the loop as it was and is no output any more: made once the loop is written. */
  readonly instead: Map<number, (stackOf: StackOf) => ValueId> = new Map();
  readonly length: number;
  readonly #constants: ProgramConstant[];
  readonly #types: Map<ValueId, ValueType>;
  readonly #instruction: Instruction;
  readonly #view: ProgramView;

  constructor(instruction: Instruction, view: ProgramView) {
    const { body, carries, sequences, length, sums = 0 } = loopAttributes(instruction);
    const pairs = instruction.inputs.map((outer, i): LoopInput => ({ outer, inner: body.inputs[i]!.id }));
    this.carries = pairs.slice(0, carries).map(({ outer, inner }, place) => ({
      first: outer,
      before: inner,
      after: body.outputs[place]!,
      isSum: place >= carries - sums,
      place,
    }));
    this.sequences = pairs.slice(carries, carries + sequences);
    this.invariants = pairs.slice(carries + sequences);
    this.stacks = body.outputs.slice(carries).map((inner, i) => ({ inner, places: [carries + i] }));
    this.instructions = body.instructions;
    this.length = length;
    this.#constants = [...body.constants];
    this.#types = new Map(body.types);
    this.#instruction = instruction;
    this.#view = view;
  }

  /** The type of a value in the body. */
  typeOf(inner: ValueId): ValueType {
    return this.#types.get(inner)!;
  }

  /** The elements of a constant of the body. */
  constantOf(inner: ValueId): ProgramConstant['data'] | undefined {
    return this.#constants.find(({ id }) => id === inner)?.data;
  }

  /** What makes a value of the body; `undefined` for its inputs and constants. */
  producerOf(inner: ValueId): Instruction | undefined {
    return this.instructions.find(({ outputs }) => outputs.includes(inner));
  }

  /** How often a value is read in the body, or leaves it. */
  readsOf(inner: ValueId): number {
    const read = this.instructions.flatMap(({ inputs }) => inputs).filter((id) => id === inner).length;
    const left = [...this.carries.map(({ after }) => after), ...this.stacks.map((stack) => stack.inner)];
    return read + left.filter((id) => id === inner).length;
  }

  /** A new invariant. */
  addInvariant(outer: ValueId): ValueId {
    const inner = this.#newValue(this.#view.typeOf(outer));
    this.invariants.push({ outer, inner });
    return inner;
  }

  /** A new sequence. */
  addSequence(outer: ValueId): ValueId {
    const { shape, dtype } = this.#view.typeOf(outer);
    const inner = this.#newValue({ dtype, shape: shape.slice(1) });
    this.sequences.push({ outer, inner });
    return inner;
  }

  /** Makes a value of the body a constant. */
  makeConstant(inner: ValueId, data: ProgramConstant['data']): void {
    this.#constants.push({ id: inner, data });
  }

  /** Makes a value of the body an output of each step. */
  stack(inner: ValueId): void {
    if (!this.stacks.some((stack) => stack.inner === inner)) this.stacks.push({ inner, places: [] });
  }

  /** Puts `by` in the place of a value of the body, wherever it is read. */
  replace(inner: ValueId, by: ValueId): void {
    const renamed = (id: ValueId): ValueId => (id === inner ? by : id);
    this.instructions = this.instructions.map((instruction) =>
      instruction.inputs.includes(inner) ? { ...instruction, inputs: instruction.inputs.map(renamed) } : instruction,
    );
    for (const carry of this.carries) carry.after = renamed(carry.after);
    for (const stack of this.stacks) stack.inner = renamed(stack.inner);
  }

  /** Writes the loop; returns what stands for the outputs of the loop as it was. Outputs that nobody reads stand for themselves. */
  write(): readonly ValueId[] {
    const { inputs, attrs } = this.#step();
    const { origin, outputs } = this.#instruction;
    const made = this.#view.emit({ primitive: 'loop', inputs, attrs }, origin);
    const results = [...outputs];
    const { carries } = this;
    carries.forEach(({ place }, i) => {
      results[place] = made[i]!;
    });
    this.stacks.forEach(({ places }, i) => {
      for (const place of places) results[place] = made[carries.length + i]!;
    });
    const stackOf: StackOf = (inner) => made[carries.length + this.stacks.findIndex((stack) => stack.inner === inner)]!;
    for (const [place, make] of this.instead) results[place] = make(stackOf);
    return results;
  }

  #step(): Step {
    const { carries, sequences, invariants } = this;
    const named = (name: string, ids: readonly ValueId[]) => ids.map((id, i) => ({ id, name: `${name}/${i}` }));
    const innerOf = (inputs: readonly LoopInput[]): ValueId[] => inputs.map(({ inner }) => inner);
    const body: Program = {
      inputs: [
        ...named(
          'carry',
          carries.map(({ before }) => before),
        ),
        ...named('item', innerOf(sequences)),
        ...named('invariant', innerOf(invariants)),
      ],
      state: [],
      constants: this.#constants,
      instructions: this.instructions,
      outputs: [...carries.map(({ after }) => after), ...this.stacks.map(({ inner }) => inner)],
      types: this.#types,
    };
    const { length, reverse } = loopAttributes(this.#instruction);
    const sums = carries.filter(({ isSum }) => isSum).length;
    const outer = [...carries.map(({ first }) => first), ...[...sequences, ...invariants].map((input) => input.outer)];
    return {
      primitive: 'loop',
      inputs: outer,
      attrs: {
        length,
        carries: carries.length,
        sequences: sequences.length,
        reverse,
        ...(sums > 0 && { sums }),
        body: removeDeadCode.run(body),
      },
    };
  }

  #newValue(type: ValueType): ValueId {
    const id = 1 + Math.max(...this.#types.keys());
    this.#types.set(id, type);
    return id;
  }
}

/** The attributes of a loop. */
export const loopAttributes = ({ attrs }: Instruction): LoopAttributes => attrs as unknown as LoopAttributes;
