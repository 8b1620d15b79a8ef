import { ArgumentError } from '../errors.ts';
import { sizeOf } from '../tensor/shape.ts';
import { type AttributeKinds, type AttributesOf, checkAttributes } from './attributes.ts';
import type { InstructionAttributes, Program, ProgramDType, ValueType } from './program.ts';

/** Elements in row-major order; bool and uint8 both lie in bytes. */
export type Elements = Float32Array | Int32Array | Uint8Array;

/** A value on the host, as the interpreter holds it. Its elements are never changed. */
export interface HostValue {
  readonly type: ValueType;
  readonly data: Elements;
}

/** What an instruction costs: arithmetic operations, and bytes moved if every input is read once (of a table, the rows that are asked for) and every output written once. */
export interface Cost {
  readonly flops: number;
  readonly bytes: number;
}

/** What a primitive may ask of who runs it. */
export interface EvaluationHooks {
  /** Runs a kernel of tfjs as a whole: for the primitive `call`. */
  readonly runKernel?: RunKernel;
  /** What runs a program without state on its inputs, in order, and gives its outputs: for the primitive `loop`. */
  readonly prepareRun?: (program: Program) => (inputs: readonly HostValue[]) => readonly HostValue[];
}

/** Runs a kernel of tfjs by its name, inputs by their names (`'0'`, `'1'` … for a list). */
export type RunKernel = (
  kernel: string,
  inputs: Readonly<Record<string, HostValue>>,
  attrs: Readonly<Record<string, unknown>>,
) => readonly HostValue[];

/** An operation of programs. One file each in `primitives/`, all of them in `primitives/index.ts`. */
export interface Primitive {
  /** Its name in a program's text: `'dot'`. */
  readonly name: string;
  /** How many inputs it takes: a number, or `[least, most]`. */
  readonly arity: number | readonly [least: number, most: number];
  /** Its attributes by name, and what each may be. */
  readonly attributes: AttributeKinds;
  /**
   * The types of the outputs. Number of inputs and kinds of attributes are checked before: see {@link inferTypes}.
   *
   * @throws {CapasError} Shapes, dtypes or attributes that do not fit together.
   */
  infer(inputs: readonly ValueType[], attrs: InstructionAttributes): readonly ValueType[];
  /** What it means: the elements of the outputs. The reference for every backend. */
  evaluate(
    inputs: readonly HostValue[],
    attrs: InstructionAttributes,
    outputs: readonly ValueType[],
    hooks?: EvaluationHooks,
  ): readonly Elements[];
  /** @param costOf what a program that is an attribute costs: `costOf` of `cost.ts` */
  cost(
    inputs: readonly ValueType[],
    attrs: InstructionAttributes,
    outputs: readonly ValueType[],
    costOf?: CostOf,
  ): Cost;
}

/** What one run of a program costs. */
export type CostOf = (program: Program) => Cost;

/** A primitive as it is written: attributes have their types, and all but the arithmetic is the usual cost. */
export interface PrimitiveDefinition<Kinds extends AttributeKinds> {
  readonly name: string;
  readonly arity: Primitive['arity'];
  readonly attributes: Kinds;
  infer(inputs: readonly ValueType[], attrs: AttributesOf<Kinds>): readonly ValueType[];
  evaluate(
    inputs: readonly HostValue[],
    attrs: AttributesOf<Kinds>,
    outputs: readonly ValueType[],
    hooks?: EvaluationHooks,
  ): readonly Elements[];
  /** Arithmetic operations. @defaultValue none: it only moves elements */
  flops?(
    inputs: readonly ValueType[],
    attrs: AttributesOf<Kinds>,
    outputs: readonly ValueType[],
    costOf?: CostOf,
  ): number;
  /** Bytes moved. @defaultValue those of all inputs and outputs */
  bytes?(
    inputs: readonly ValueType[],
    attrs: AttributesOf<Kinds>,
    outputs: readonly ValueType[],
    costOf?: CostOf,
  ): number;
}

/**
 * Makes a primitive of its definition.
 *
 * @example
 * export const reverse: Primitive = definePrimitive({
 *   name: 'reverse',
 *   arity: 1,
 *   attributes: { axes: 'integers' },
 *   infer: ([x]) => [x!],
 *   evaluate: ([x], { axes }, [type]) => [...],
 * });
 */
export function definePrimitive<const Kinds extends AttributeKinds>(definition: PrimitiveDefinition<Kinds>): Primitive {
  // the attributes are of these types once `inferTypes` has checked them
  const checked = (attrs: InstructionAttributes) => attrs as unknown as AttributesOf<Kinds>;
  return {
    name: definition.name,
    arity: definition.arity,
    attributes: definition.attributes,
    infer: (inputs, attrs) => definition.infer(inputs, checked(attrs)),
    evaluate: (inputs, attrs, outputs, hooks) => definition.evaluate(inputs, checked(attrs), outputs, hooks),
    cost: (inputs, attrs, outputs, costOf) => ({
      flops: definition.flops?.(inputs, checked(attrs), outputs, costOf) ?? 0,
      bytes:
        definition.bytes?.(inputs, checked(attrs), outputs, costOf) ??
        [...inputs, ...outputs].reduce((sum, type) => sum + bytesOf(type), 0),
    }),
  };
}

/** The types of a primitive's outputs, after its inputs were counted and its attributes checked. */
export function inferTypes(
  primitive: Primitive,
  inputs: readonly ValueType[],
  attrs: InstructionAttributes,
): readonly ValueType[] {
  const { name, arity } = primitive;
  const [least, most] = typeof arity === 'number' ? [arity, arity] : arity;
  if (inputs.length < least || inputs.length > most) {
    const expected = least === most ? `${least}` : `${least} to ${most}`;
    throw new ArgumentError(name, 'inputs', `${expected} in number`, inputs.length);
  }
  checkAttributes(name, primitive.attributes, attrs);
  return primitive.infer(inputs, attrs);
}

const BYTES: Readonly<Record<ProgramDType, number>> = { float32: 4, int32: 4, bool: 1, uint8: 1 };

/** The bytes of a value. */
export const bytesOf = ({ shape, dtype }: ValueType): number => sizeOf(shape) * BYTES[dtype];

/** Elements for a value, all 0. */
export function allocate({ shape, dtype }: ValueType): Elements {
  const size = sizeOf(shape);
  if (dtype === 'float32') return new Float32Array(size);
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}

/** Throws unless the dtype of the input `argument` is among `allowed`. */
export function requireDType(
  primitive: string,
  argument: string,
  type: ValueType,
  ...allowed: readonly ProgramDType[]
): void {
  if (!allowed.includes(type.dtype)) throw new ArgumentError(primitive, argument, allowed.join(' or '), type.dtype);
}

/** `float32[8,3]`: a type as text. */
export const showType = ({ shape, dtype }: ValueType): string => `${dtype}[${shape.join(',')}]`;
