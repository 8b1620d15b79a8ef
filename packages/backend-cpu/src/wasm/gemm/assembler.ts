/** WebAssembly instructions as bytes: only those that `gemm-module.ts` uses. */
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
