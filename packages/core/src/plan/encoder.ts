import type { Elements } from '../program/primitive.ts';
import type { InstructionAttributes, ProgramDType, ValueType } from '../program/program.ts';
import { broadcastStrides } from '../program/strided.ts';
import { type Shape, sizeOf } from '../tensor/shape.ts';
import type { Fields } from './layouts.ts';
import type { Opcode } from './opcodes.ts';

/** An input or output of an instruction. */
export interface Operand {
  readonly type: ValueType;
  readonly size: number;
  /** The slot with all its elements. */
  readonly slot: number;
  /** A slot that is enough for who moves by strides: of a repeated constant only one element. */
  readonly source: { readonly slot: number; readonly isRepeated: boolean };
  /** The element of a constant that has one element, or one for all. */
  readonly constant: number | undefined;
}

/** An instruction of a program, as an encoder sees it. */
export interface EncoderInput<Attributes = InstructionAttributes> {
  readonly attrs: Attributes;
  readonly inputs: readonly Operand[];
  readonly outputs: readonly Operand[];
  /** A slot with elements that the stream needs beside those of the program. */
  constant(data: Elements, dtype: ProgramDType): number;
  /** Memory for what the parts of this instruction hand on to each other. */
  temporary(type: ValueType): Operand;
}

/** An instruction of the stream. */
export interface Part {
  readonly opcode: Opcode;
  readonly fields: Fields;
  /** It writes nothing that the other parts of the same instruction read or write, and reads nothing that they write. */
  readonly isIndependent?: boolean;
}

/** The stream of an instruction; `undefined` where executors do not know how, so that the host does it. */
export type Encoder = (input: EncoderInput) => readonly Part[] | undefined;

/**
 * An encoder that knows its attributes.
 *
 * @example
 * export const encodeReverse: Encoder = defineEncoder<{ axes: readonly number[] }>(({ attrs: { axes } }) => ...);
 */
export function defineEncoder<Attributes>(
  encode: (input: EncoderInput<Attributes>) => Part | readonly Part[] | undefined,
): Encoder {
  return (input) => {
    // the primitive has checked the attributes
    const parts = encode(input as unknown as EncoderInput<Attributes>);
    return parts === undefined || isList(parts) ? parts : [parts];
  };
}

const isList = (parts: Part | readonly Part[]): parts is readonly Part[] => Array.isArray(parts);

const BYTES: Readonly<Record<ProgramDType, number>> = { float32: 4, int32: 4, bool: 1, uint8: 1 };

/** The bytes of an element. */
export const elementBytes = (dtype: ProgramDType): number => BYTES[dtype];

/** How an operand moves when it is read as a value of `shape` by broadcasting. */
export const stridesAs = ({ type, source }: Operand, shape: Shape): readonly number[] =>
  source.isRepeated ? shape.map(() => 0) : broadcastStrides(type.shape, shape);

/** The elements before an axis, along it and behind it. */
export const aroundAxis = (shape: Shape, axis: number): { outer: number; axisSize: number; inner: number } => ({
  outer: sizeOf(shape.slice(0, axis)),
  axisSize: shape[axis]!,
  inner: sizeOf(shape.slice(axis + 1)),
});
