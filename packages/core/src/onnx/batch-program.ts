import { isExpression, isProgram } from '../program/attributes.ts';
import type { Expression } from '../program/expression.ts';
import type {
  AttributeValue,
  Instruction,
  Program,
  ProgramConstant,
  ProgramDType,
  ProgramInput,
  StateSlot,
  ValueId,
} from '../program/program.ts';
import { rowMajor } from '../program/strided.ts';
import type { Shape } from '../tensor/shape.ts';
import { BatchError, type Dim, isBatch } from './dim.ts';

/** The type of a value, whose shape may depend on the batch. */
export interface BatchType {
  readonly dims: readonly Dim[];
  readonly dtype: ProgramDType;
}

/** An expression whose numbers may depend on the batch. */
export type BatchExpression =
  | { readonly kind: 'input'; readonly index: number }
  | { readonly kind: 'number'; readonly value: Dim }
  | { readonly kind: 'call'; readonly fn: string; readonly args: readonly BatchExpression[] };

/** What an attribute may be, as that of a program; its numbers may depend on the batch. */
export type BatchAttribute = Dim | boolean | string | BatchExpression | BatchProgram | readonly BatchAttribute[];

/** An instruction; see `Instruction`. */
export interface BatchInstruction extends Omit<Instruction, 'attrs'> {
  readonly attrs: Readonly<Record<string, BatchAttribute>>;
}

/** Elements in row-major order. A dimension of 1 may stand for more, and `[]` for all: they are equal along those axes. */
export interface BatchConstant extends ProgramConstant {
  readonly dims: Shape;
  /** There is one element, the first, and each of the others is so much more than the one before. */
  readonly step?: number;
}

/** A program for batches of any size. */
export interface BatchProgram {
  readonly inputs: readonly ProgramInput[];
  readonly state: readonly StateSlot[];
  readonly constants: readonly BatchConstant[];
  readonly instructions: readonly BatchInstruction[];
  readonly outputs: readonly ValueId[];
  readonly types: ReadonlyMap<ValueId, BatchType>;
}

/** The program of a function, and how many samples the batch had for which it was traced. */
export interface TracedProgram {
  readonly program: Program;
  readonly batch: number;
}

/**
 * What two programs of one function have in common that were traced with batches of different size: what is twice as large for
 * twice the batch is a multiple of it, everything else is the same in both. Of a program and itself, that program.
 *
 * @throws {BatchError} What differs otherwise, and where.
 */
export function commonProgram(first: TracedProgram, second: TracedProgram): BatchProgram {
  return new Comparison(first.batch, second.batch).program(first.program, second.program);
}

class Comparison {
  readonly #batches: readonly [number, number];
  #where = 'the model';

  constructor(first: number, second: number) {
    this.#batches = [first, second];
  }

  program(a: Program, b: Program): BatchProgram {
    this.#same(a.outputs, b.outputs);
    this.#same(a.inputs, b.inputs);
    if (a.instructions.length !== b.instructions.length || a.constants.length !== b.constants.length) this.#refuse();
    const instructions = a.instructions.map((instruction, i) => this.#instruction(instruction, b.instructions[i]!));
    const types = new Map<ValueId, BatchType>();
    for (const [id, { shape, dtype }] of a.types) {
      const other = b.types.get(id);
      if (other?.shape.length !== shape.length || other.dtype !== dtype) this.#refuse();
      types.set(id, { dtype, dims: shape.map((dim, axis) => this.#dim(dim, other.shape[axis]!)) });
    }
    const constants = a.constants.map(({ id, data }, i) => this.#constant(types.get(id)!, a, { id, data }, b, i));
    return { inputs: a.inputs, state: a.state, outputs: a.outputs, instructions, types, constants };
  }

  #instruction(a: Instruction, b: Instruction): BatchInstruction {
    this.#where = a.origin ?? a.primitive;
    if (a.primitive !== b.primitive) this.#refuse();
    this.#same([a.inputs, a.outputs, Object.keys(a.attrs)], [b.inputs, b.outputs, Object.keys(b.attrs)]);
    const attrs = Object.entries(a.attrs).map(([name, value]) => [name, this.#attribute(value, b.attrs[name]!)]);
    return { ...a, attrs: Object.fromEntries(attrs) };
  }

  #attribute(a: AttributeValue, b: AttributeValue): BatchAttribute {
    if (typeof a === 'number' && typeof b === 'number') return this.#dim(a, b);
    if (isProgram(a) && isProgram(b)) return this.program(a, b);
    if (Array.isArray(a) && Array.isArray(b) && a.length === b.length)
      return a.map((item: AttributeValue, i) => this.#attribute(item, b[i]));
    if (isExpression(a) && isExpression(b)) return this.#expression(a, b);
    this.#same(a, b);
    return a as string | boolean;
  }

  #expression(a: Expression, b: Expression): BatchExpression {
    if (a.kind === 'number' && b.kind === 'number') return { kind: 'number', value: this.#dim(a.value, b.value) };
    if (a.kind !== 'call' || b.kind !== 'call') {
      this.#same(a, b);
      return a as BatchExpression;
    }
    this.#same([a.fn, a.args.length], [b.fn, b.args.length]);
    return { ...a, args: a.args.map((arg, i) => this.#expression(arg, b.args[i]!)) };
  }

  #dim(a: number, b: number): Dim {
    if (Object.is(a, b)) return a;
    const batches = a / this.#batches[0];
    if (!Number.isInteger(batches) || b / this.#batches[1] !== batches) this.#refuse();
    return { batches };
  }

  #constant({ dims }: BatchType, a: Program, { id, data }: ProgramConstant, b: Program, i: number): BatchConstant {
    const other = b.constants[i]!;
    this.#where = 'a constant';
    if (other.id !== id) this.#refuse();
    const step = dims.some(isBatch) ? stepOf(data) : 0;
    if (step !== 0 && stepOf(other.data) === step && data[0] === other.data[0])
      return { id, data: data.slice(0, 1), dims: [], step };
    const own = withoutBatch(data, a.types.get(id)!.shape, dims);
    const their = withoutBatch(other.data, b.types.get(id)!.shape, dims);
    if (own.length !== their.length || own.some((element, at) => !Object.is(element, their[at]))) this.#refuse();
    const isOne = data.length === 1 && other.data.length === 1;
    return { id, data: own, dims: isOne ? [] : dims.map((dim) => (isBatch(dim) ? 1 : dim)) };
  }

  #same(a: unknown, b: unknown): void {
    if (JSON.stringify(a) !== JSON.stringify(b)) this.#refuse();
  }

  #refuse(): never {
    throw new BatchError(`${this.#where} depends on it`);
  }
}

/** The elements of the first sample, where all samples have the same; else all elements. */
function withoutBatch(data: ProgramConstant['data'], shape: Shape, dims: readonly Dim[]): ProgramConstant['data'] {
  if (data.length === 1 || !dims.some(isBatch)) return data;
  const strides = rowMajor(shape);
  /** The place in the first sample of the element in place `i`. */
  const firstOf = (i: number): number =>
    strides.reduce((sum, stride, axis) => {
      const place = Math.floor(i / stride) % shape[axis]!;
      return isBatch(dims[axis]!) ? sum : sum + place * stride;
    }, 0);
  const isRepeated = data.every((element, i) => Object.is(element, data[firstOf(i)]));
  return isRepeated ? data.filter((_, i) => firstOf(i) === i) : data;
}

/** By how much each whole number is more than the one before it; 0 where that differs. */
function stepOf(data: ProgramConstant['data']): number {
  const step = data.length > 1 ? data[1]! - data[0]! : 0;
  return data.every((element, i) => Number.isInteger(element) && element === data[0]! + i * step) ? step : 0;
}
