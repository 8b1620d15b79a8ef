import { ArgumentError, UnknownNameError } from '../errors.ts';
import type { Expression } from './expression.ts';
import type { AttributeValue, InstructionAttributes, Program, ProgramDType } from './program.ts';

/** What the value of each kind of attribute is. */
export interface AttributeTypes {
  /** Any number, NaN and the infinities included. */
  number: number;
  integer: number;
  boolean: boolean;
  string: string;
  strings: readonly string[];
  /** `[2, 3]`: a shape, axes, strides. */
  integers: readonly number[];
  /** `[[0, 1], [1, 1]]`: paddings. */
  pairs: readonly (readonly [number, number])[];
  dtype: ProgramDType;
  expression: Expression;
  expressions: readonly Expression[];
  /** The body of a loop. */
  program: Program;
}

/** A kind of attribute, or the words it may be; `?` marks one that may be absent. */
export type AttributeKind = keyof AttributeTypes | `${keyof AttributeTypes}?` | readonly string[];

/** The attributes of a primitive: name → kind. */
export type AttributeKinds = Readonly<Record<string, AttributeKind>>;

type AttributeOf<Kind> = Kind extends readonly string[]
  ? Kind[number]
  : Kind extends keyof AttributeTypes
    ? AttributeTypes[Kind]
    : Kind extends `${infer Name extends keyof AttributeTypes}?`
      ? AttributeTypes[Name] | undefined
      : never;

/** The attributes of a primitive, once they are checked. */
export type AttributesOf<Kinds> = { readonly [Name in keyof Kinds]: AttributeOf<Kinds[Name]> };

/** The element types of values, as a list. */
export const PROGRAM_DTYPES: readonly ProgramDType[] = ['float32', 'int32', 'bool', 'uint8'];

/** Throws if an attribute is missing, unknown or of another kind. */
export function checkAttributes(primitive: string, kinds: AttributeKinds, attrs: InstructionAttributes): void {
  for (const name of Object.keys(attrs)) {
    if (!Object.hasOwn(kinds, name)) {
      throw new UnknownNameError(`attribute of ${primitive}`, name, Object.keys(kinds));
    }
  }
  for (const [name, kind] of Object.entries(kinds)) checkAttribute(primitive, name, kind, attrs[name]);
}

function checkAttribute(primitive: string, name: string, kind: AttributeKind, value: AttributeValue | undefined): void {
  if (typeof kind !== 'string') {
    if (kind.includes(value as string)) return;
    throw new ArgumentError(primitive, name, `one of ${kind.map((word) => `'${word}'`).join(', ')}`, value);
  }
  const optional = kind.endsWith('?');
  if (optional && value === undefined) return;
  const rule = RULES[(optional ? kind.slice(0, -1) : kind) as keyof AttributeTypes];
  if (!rule.test(value)) throw new ArgumentError(primitive, name, rule.expected, value);
}

const isIntegers = (value: unknown): boolean => Array.isArray(value) && value.every(Number.isInteger);

const RULES: Readonly<Record<keyof AttributeTypes, { expected: string; test(value: unknown): boolean }>> = {
  number: { expected: 'a number', test: (value) => typeof value === 'number' },
  integer: { expected: 'an integer', test: Number.isInteger },
  boolean: { expected: 'true or false', test: (value) => typeof value === 'boolean' },
  string: { expected: 'a string', test: (value) => typeof value === 'string' },
  strings: {
    expected: 'a list of strings',
    test: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  },
  integers: { expected: 'a list of integers', test: isIntegers },
  pairs: {
    expected: 'a list of pairs of integers',
    test: (value) => Array.isArray(value) && value.every((pair) => isIntegers(pair) && pair.length === 2),
  },
  dtype: {
    expected: `one of ${PROGRAM_DTYPES.join(', ')}`,
    test: (value) => PROGRAM_DTYPES.includes(value as ProgramDType),
  },
  expression: { expected: 'an expression', test: isExpression },
  expressions: {
    expected: 'a list of expressions',
    test: (value) => Array.isArray(value) && value.every(isExpression),
  },
  program: { expected: 'a program', test: isProgram },
};

/** Whether a value is an expression, down to its leaves. */
export function isExpression(value: unknown): value is Expression {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, index, value: number, fn, args } = value as Record<string, unknown>;
  if (kind === 'input') return Number.isInteger(index) && (index as number) >= 0;
  if (kind === 'number') return typeof number === 'number';
  return kind === 'call' && typeof fn === 'string' && Array.isArray(args) && args.every(isExpression);
}

/** Whether a value is a program; whether a legal one, `verify` says. */
export function isProgram(value: unknown): value is Program {
  if (typeof value !== 'object' || value === null) return false;
  const { inputs, state, constants, instructions, outputs, types } = value as Record<keyof Program, unknown>;
  return [inputs, state, constants, instructions, outputs].every(Array.isArray) && types instanceof Map;
}
