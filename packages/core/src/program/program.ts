import type { Shape } from '../tensor/shape.ts';
import type { VariableKind } from '../tensor/variable.ts';
import type { Expression } from './expression.ts';

/** Element types in a program. `uint8` is for data that stays narrow on the device. */
export type ProgramDType = 'float32' | 'int32' | 'bool' | 'uint8';

/** The type of a value: every shape in a program is known. */
export interface ValueType {
  readonly shape: Shape;
  readonly dtype: ProgramDType;
}

/** The number of a value; each is made once. */
export type ValueId = number;

/** What an attribute of an instruction may be: plain data, or a program of it, so that programs can be printed, parsed and sent to a backend. */
export type AttributeValue = number | boolean | string | Expression | Program | readonly AttributeValue[];

/** The attributes of an instruction by name. */
export type InstructionAttributes = Readonly<Record<string, AttributeValue>>;

/** One step of a program: a primitive applied to values. */
export interface Instruction {
  /** The name of a primitive: `'dot'`. */
  readonly primitive: string;
  readonly inputs: readonly ValueId[];
  readonly attrs: InstructionAttributes;
  readonly outputs: readonly ValueId[];
  /** Where it comes from, for messages and profiles: the path of the layer and the kernel. */
  readonly origin?: string;
}

/** A value that comes from outside with each run. */
export interface ProgramInput {
  readonly id: ValueId;
  readonly name: string;
}

/** A value that lives as long as the program's state: a weight, a moment, a metric's total, a counter. */
export interface StateSlot {
  readonly name: string;
  readonly kind: VariableKind;
  /** Its value before the step. */
  readonly input: ValueId;
  /** Its value after the step; the same as `input` where the step only reads it. */
  readonly output: ValueId;
}

/** A value that is known when the program is made. */
export interface ProgramConstant {
  readonly id: ValueId;
  /** All elements in row-major order; one element stands for all. */
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/**
 * A computation as a list of instructions in an order in which they can be run: each value is made before it is used,
 * and made once.
 *
 * Its text form is in `print.ts` and `parse.ts`, what makes it legal in `verify.ts`, what it means in `interpret.ts`.
 */
export interface Program {
  readonly inputs: readonly ProgramInput[];
  readonly state: readonly StateSlot[];
  readonly constants: readonly ProgramConstant[];
  readonly instructions: readonly Instruction[];
  readonly outputs: readonly ValueId[];
  /** The type of every value. */
  readonly types: ReadonlyMap<ValueId, ValueType>;
}
