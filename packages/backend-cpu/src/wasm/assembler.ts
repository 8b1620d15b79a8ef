/** WebAssembly instructions as bytes: only those that the modules here use. */
export type Code = readonly number[];

/** An unsigned LEB128 number. */
export const unsigned = (value: number): Code =>
  value < 128 ? [value] : [(value & 127) | 128, ...unsigned(Math.floor(value / 128))];

const signed = (value: number): Code =>
  value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)];

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
export const number = (value: number): Code => [0x41, ...signed(value)];
export const add = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
export const subtract = (a: Code, b: Code): Code => [...a, ...b, 0x6b];
export const multiply = (a: Code, b: Code): Code => [...a, ...b, 0x6c];
export const isLess = (a: Code, b: Code): Code => [...a, ...b, 0x48];
export const isEqual = (a: Code, b: Code): Code => [...a, ...b, 0x46];
export const and = (a: Code, b: Code): Code => [...a, ...b, 0x71];
export const shiftRight = (a: Code, b: Code): Code => [...a, ...b, 0x76];
/** `local += by` */
export const advance = (local: number, by: Code): Code => set(local, add(get(local), by));

export const loadFloat = (address: Code): Code => [...address, 0x2a, 2, 0];
export const storeFloat = (address: Code, value: Code): Code => [...address, ...value, 0x38, 2, 0];

const simd = (opcode: number): Code => [0xfd, ...unsigned(opcode)];
export const loadVector = (address: Code, offset = 0): Code => [...address, ...simd(0), 2, ...unsigned(offset)];
/** One float at an address, four times. */
export const loadSplat = (address: Code): Code => [...address, ...simd(9), 2, 0];
export const storeVector = (address: Code, value: Code, offset = 0): Code => [
  ...address,
  ...value,
  ...simd(11),
  2,
  ...unsigned(offset),
];
/** Four bytes at an address, as four whole numbers. */
export const loadBytes = (address: Code): Code => [
  ...address,
  ...[...simd(0x5c), 0, 0],
  ...simd(0x89), // bytes to 16 bits
  ...simd(0xa9), // to 32
];
/** One float of a vector, or one byte of it. */
export const storeLane = (address: Code, value: Code, lane: number): Code => [
  ...address,
  ...value,
  ...simd(0x5a),
  ...[2, ...unsigned(4 * lane), lane],
];
export const storeByteLane = (address: Code, value: Code, lane: number): Code => [
  ...address,
  ...value,
  ...simd(0x58),
  ...[0, ...unsigned(lane), lane],
];
/** The first four bytes of a vector. */
export const storeFourBytes = (address: Code, value: Code): Code => [...address, ...value, ...simd(0x5a), 0, 0, 0];
/** The float of one lane. */
export const laneOf = (value: Code, lane: number): Code => [...value, ...simd(0x1f), lane];
export const addFloats = (a: Code, b: Code): Code => [...a, ...b, 0x92];

/** A float, four times. */
export const floats = (value: number): Code => constant(new Float32Array(4).fill(value));
/** Four whole numbers, or one four times. */
export const integers = (...values: readonly [number, ...number[]]): Code =>
  constant(Int32Array.from({ length: 4 }, (_, i) => values[i] ?? values[0]));
export const splatInteger = (value: Code): Code => [...value, ...simd(0x11)];
/** Four words out of the eight of two vectors. */
export const wordLanes = (a: Code, b: Code, words: readonly number[]): Code => [
  ...a,
  ...b,
  ...simd(0x0d),
  ...words.flatMap((word) => [0, 1, 2, 3].map((byte) => 4 * word + byte)),
];
const constant = ({ buffer }: Float32Array | Int32Array): Code => [...simd(12), ...new Uint8Array(buffer)];

type Unary = (a: Code) => Code;
type Binary = (a: Code, b: Code) => Code;
const unary =
  (opcode: number): Unary =>
  (a) => [...a, ...simd(opcode)];
const binary =
  (opcode: number): Binary =>
  (a, b) => [...a, ...b, ...simd(opcode)];
/** Instructions on four lanes at once; those named `int…` on whole numbers, comparisons give masks. */
export const lanes: Lanes = {
  equal: binary(0x41),
  notEqual: binary(0x42),
  less: binary(0x43),
  greater: binary(0x44),
  lessEqual: binary(0x45),
  greaterEqual: binary(0x46),
  abs: unary(0xe0),
  negate: unary(0xe1),
  sqrt: unary(0xe3),
  add: binary(0xe4),
  subtract: binary(0xe5),
  multiply: binary(0xe6),
  divide: binary(0xe7),
  /** NaN if either is. */
  min: binary(0xe8),
  max: binary(0xe9),
  /** `b` if it is less (greater), else `a`: one instruction, where `min` and `max` take several. */
  minOrFirst: binary(0xea),
  maxOrFirst: binary(0xeb),
  and: binary(0x4e),
  or: binary(0x50),
  intAdd: binary(0xae),
  intSubtract: binary(0xb1),
  intNotEqual: binary(0x38),
  intMultiply: binary(0xb5),
  xor: binary(0x51),
  /** The 64-bit products of unsigned words 0 and 1, or 2 and 3. */
  longMultiplyLow: binary(0xde),
  longMultiplyHigh: binary(0xdf),
  shiftRight: (a: Code, bits: number): Code => [...a, ...number(bits), ...simd(0xad)],
  toFloat: unary(0xfa),
  shiftLeft: (a: Code, bits: number): Code => [...a, ...number(bits), ...simd(0xab)],
  shiftRightSigned: (a: Code, bits: number): Code => [...a, ...number(bits), ...simd(0xac)],
  select: (mask: Code, a: Code, b: Code): Code => [...a, ...b, ...mask, ...simd(0x52)],
  toBytes: (a: Code): Code => [...a, ...zeroVector, ...simd(0x86), ...zeroVector, ...simd(0x66)],
};

interface Lanes
  extends Readonly<Record<'abs' | 'negate' | 'sqrt' | 'toFloat', Unary>>,
    Readonly<
      Record<
        | 'equal'
        | 'notEqual'
        | 'less'
        | 'greater'
        | 'lessEqual'
        | 'greaterEqual'
        | 'add'
        | 'subtract'
        | 'multiply'
        | 'divide'
        | 'min'
        | 'max'
        | 'minOrFirst'
        | 'maxOrFirst'
        | 'and'
        | 'or'
        | 'intAdd'
        | 'intSubtract'
        | 'intNotEqual'
        | 'intMultiply'
        | 'xor'
        | 'longMultiplyLow'
        | 'longMultiplyHigh',
        Binary
      >
    > {
  shiftLeft(a: Code, bits: number): Code;
  /** With zeros from the left, or with copies of the sign. */
  shiftRight(a: Code, bits: number): Code;
  shiftRightSigned(a: Code, bits: number): Code;
  /** `a` where the mask is set, else `b`. */
  select(mask: Code, a: Code, b: Code): Code;
  /** Four masks or small whole numbers as the first four bytes. */
  toBytes(a: Code): Code;
}

export const zeroVector: Code = [...simd(12), ...new Array<number>(16).fill(0)];
/** `a · b + c`, in two roundings, or in one where relaxed SIMD is there and the processor can. */
export const multiplyAdd = (a: Code, b: Code, c: Code, relaxed: boolean): Code =>
  relaxed ? [...a, ...b, ...c, ...simd(0x105)] : [...a, ...b, ...simd(0xe6), ...c, ...simd(0xe4)];

/** Repeats `body` while `condition` holds. */
export const loopWhile = (condition: Code, body: Code): Code => [
  ...[0x02, 0x40, 0x03, 0x40],
  ...condition,
  ...[0x45, 0x0d, 1], // leave the block if it does not hold
  ...body,
  ...[0x0c, 0, 0x0b, 0x0b],
];

/** Does `body` `count` times, at least once; `count` is a local that is 0 at the end. */
export const loopDown = (count: number, body: Code): Code => [
  ...[0x03, 0x40],
  ...body,
  ...set(count, subtract(get(count), number(1))),
  ...get(count),
  ...[0x0d, 0, 0x0b],
];

export const ifElse = (condition: Code, yes: Code, no: Code): Code => [
  ...condition,
  ...[0x04, 0x40],
  ...yes,
  0x05,
  ...no,
  0x0b,
];

/** Does something if a number is not 0. */
export const ifSet = (condition: Code, yes: Code): Code => [...condition, ...[0x04, 0x40], ...yes, 0x0b];

const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];
const list = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const text = (value: string): Code => list(Array.from(new TextEncoder().encode(value), (byte) => [byte]));

/** A function of i32 parameters that returns nothing. */
export interface FunctionCode {
  readonly name: string;
  readonly parameters: number;
  /** How many further locals of type i32, and after them of type v128. */
  readonly integers: number;
  readonly vectors: number;
  readonly body: Code;
}

const I32 = 0x7f;
const V128 = 0x7b;

/** A module of functions over a memory that it imports as `env.memory`. */
export function assemble(functions: readonly FunctionCode[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [0x60, ...list(new Array<Code>(parameters).fill([I32])), 0]);
  const memory = [...text('env'), ...text('memory'), 2, 0, 0];
  const exports = functions.map(({ name }, i) => [...text(name), 0, ...unsigned(i)]);
  const bodies = functions.map(({ integers, vectors, body }) => {
    const locals = list([
      [...unsigned(integers), I32],
      [...unsigned(vectors), V128],
    ]);
    const code = [...locals, ...body, 0x0b];
    return [...unsigned(code.length), ...code];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list(types)),
    ...section(2, list([memory])),
    ...section(3, list(functions.map((_, i) => unsigned(i)))),
    ...section(7, list(exports)),
    ...section(10, list(bodies)),
  ]);
}
