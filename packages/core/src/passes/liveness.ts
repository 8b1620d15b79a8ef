import { bytesOf } from '../program/primitive.ts';
import type { Instruction, Program, ValueId } from '../program/program.ts';
import { sizeOf } from '../tensor/shape.ts';

/** When a value is needed, in positions of instructions: `-1` is before the first, the number of instructions after the last. */
export interface Lifetime {
  /** The instruction that makes it. */
  readonly from: number;
  /** The last instruction that reads it; `from` where none does. */
  readonly to: number;
}

/** What memory a program needs, and when. A `reshape` is a view: it shares the storage of its input. */
export interface Liveness {
  /** The value in whose storage this one lies: itself, or what it is a view of. */
  storageOf(id: ValueId): ValueId;
  /** The lifetime of each storage, by the value that {@link storageOf} gives: from its making to the last read of it or of a view. */
  readonly lifetimes: ReadonlyMap<ValueId, Lifetime>;
  /**
   * The places of the states whose new value can be written over the old one: all reads of the old value come first, or read
   * only the element that is written next.
   */
  readonly statesInPlace: ReadonlySet<number>;
}

/** Finds when each storage of a program is needed. */
export function liveness(program: Program): Liveness {
  const views = new Map<ValueId, ValueId>();
  const storageOf = (id: ValueId): ValueId => views.get(id) ?? id;
  const lifetimes = new Map<ValueId, Lifetime>();
  const make = (id: ValueId, at: number) => lifetimes.set(id, { from: at, to: at });
  const read = (id: ValueId, at: number) => {
    const storage = storageOf(id);
    lifetimes.set(storage, { from: lifetimes.get(storage)!.from, to: at });
  };

  for (const { id } of [...program.inputs, ...program.constants]) make(id, -1);
  for (const { input } of program.state) make(input, -1);
  program.instructions.forEach((instruction, at) => {
    for (const id of instruction.inputs) read(id, at);
    if (isView(instruction)) views.set(instruction.outputs[0]!, storageOf(instruction.inputs[0]!));
    else for (const id of instruction.outputs) make(id, at);
  });
  const end = program.instructions.length;
  for (const id of program.outputs) read(id, end);
  for (const { input, output } of program.state) if (output !== input) read(output, end);

  return { storageOf, lifetimes, statesInPlace: findStatesInPlace(program, storageOf, lifetimes) };
}

/** Whether the output of an instruction is its input under another shape. */
export const isView = ({ primitive }: Instruction): boolean => primitive === 'reshape';

/** The inputs of which an instruction reads, for each element of its outputs, only the one at the same place. */
export function elementwiseInputs({ primitive, inputs, attrs }: Instruction): readonly ValueId[] {
  if (primitive === 'map' || primitive === 'mapMany') return inputs;
  if (primitive !== 'updateRows') return [];
  const first = 1 + (attrs.sums as number);
  return inputs.slice(first).filter((id) => !inputs.slice(0, first).includes(id));
}

/**
 * Whether `instruction` may write its output `output` over `storage`: it reads nothing of it or, for each element, only the one that
 * it writes.
 */
export function mayOverwrite(
  program: Program,
  instruction: Instruction,
  output: ValueId,
  storage: ValueId,
  storageOf: Liveness['storageOf'],
): boolean {
  const reads = instruction.inputs.filter((id) => storageOf(id) === storage);
  if (reads.length === 0) return true;
  const elementwise = elementwiseInputs(instruction);
  if (!reads.every((id) => elementwise.includes(id))) return false;
  const written = program.types.get(output)!;
  return reads.every((id) => {
    const type = program.types.get(id)!;
    return sizeOf(type.shape) === sizeOf(written.shape) && bytesOf(type) === bytesOf(written);
  });
}

function findStatesInPlace(
  program: Program,
  storageOf: Liveness['storageOf'],
  lifetimes: Liveness['lifetimes'],
): ReadonlySet<number> {
  const found = new Set<number>();
  const taken = new Set<ValueId>();
  program.state.forEach(({ input, output }, slot) => {
    const storage = storageOf(output);
    const { from } = lifetimes.get(storage)!;
    const writer = program.instructions[from];
    if (output === input || !writer || taken.has(storage)) return;
    const lastRead = lifetimes.get(input)!.to;
    if (lastRead < from || (lastRead === from && mayOverwrite(program, writer, storage, input, storageOf))) {
      found.add(slot);
      taken.add(storage);
    }
  });
  return found;
}
