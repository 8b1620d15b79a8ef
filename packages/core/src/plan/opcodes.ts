import type { ProgramDType } from '../program/program.ts';

/**
 * The numbers of the instruction stream. `crates/runtime/src/codes.rs` and `packages/backend-cpu/wasm/codes.ts` are written
 * from these tables (`pnpm codes`); a test holds them against each other.
 */
export const OPCODES = {
  /** Hands control back to the host, which evaluates an instruction that no executor knows. */
  host: 0,
  map: 1,
  reduce: 2,
  softmax: 3,
  dot: 4,
  conv: 5,
  convInputGrad: 6,
  convFilterGrad: 7,
  depthwiseConv: 8,
  depthwiseInputGrad: 9,
  depthwiseFilterGrad: 10,
  pool: 11,
  poolGrad: 12,
  gather: 13,
  scatterAdd: 14,
  gatherNd: 15,
  scatterNd: 16,
  copy: 17,
  fill: 18,
  dynamicSlice: 19,
  argReduce: 20,
  scan: 21,
  oneHot: 22,
  sort: 23,
  random: 24,
  resize: 25,
  gatherReduce: 26,
  updateRows: 27,
  loop: 28,
  pack: 29,
  attention: 30,
  attentionGrad: 31,
} as const;

/** The name of an instruction of the stream. */
export type Opcode = keyof typeof OPCODES;

/** Numbers of dtypes. */
export const DTYPES: Readonly<Record<ProgramDType, number>> = { float32: 0, int32: 1, bool: 2, uint8: 3 };

/** How the elements of the right matrix of a `dot` lie: by rows, by columns, or as `pack` put them. */
export const ORDERS = { rows: 0, columns: 1, panels: 2 } as const;

/** Numbers of the kinds of `reduce`. */
export const REDUCE_KINDS = { sum: 0, mean: 1, max: 2, min: 3, prod: 4, any: 5, all: 6 } as const;

/** Numbers of the distributions of `random`. */
export const DISTRIBUTIONS = { uniform: 0, normal: 1, truncatedNormal: 2, bits: 3 } as const;

/** Numbers of the functions in the code of `map`: those of `scalar-functions.ts`, and `constant`. */
export const FUNCTIONS = {
  constant: 0,
  add: 1,
  sub: 2,
  mul: 3,
  div: 4,
  floorDiv: 5,
  mod: 6,
  pow: 7,
  max: 8,
  min: 9,
  atan2: 10,
  squaredDifference: 11,
  neg: 12,
  abs: 13,
  sign: 14,
  square: 15,
  sqrt: 16,
  rsqrt: 17,
  reciprocal: 18,
  exp: 19,
  expm1: 20,
  log: 21,
  log1p: 22,
  sin: 23,
  cos: 24,
  tan: 25,
  asin: 26,
  acos: 27,
  atan: 28,
  sinh: 29,
  cosh: 30,
  tanh: 31,
  asinh: 32,
  acosh: 33,
  atanh: 34,
  erf: 35,
  floor: 36,
  ceil: 37,
  round: 38,
  sigmoid: 39,
  softplus: 40,
  elu: 41,
  selu: 42,
  relu: 43,
  relu6: 44,
  leakyRelu: 45,
  step: 46,
  clip: 47,
  isNan: 48,
  isInf: 49,
  isFinite: 50,
  eq: 51,
  ne: 52,
  lt: 53,
  le: 54,
  gt: 55,
  ge: 56,
  and: 57,
  or: 58,
  xor: 59,
  not: 60,
  select: 61,
  f32: 62,
  i32: 63,
  bool: 64,
  bitAnd: 65,
  bitOr: 66,
  bitXor: 67,
  bitNot: 68,
  shiftLeft: 69,
  shiftRight: 70,
} as const;

/** What is true of an instruction of the stream, as bits of its third word. */
export const FLAGS = {
  /** All threads wait for each other before it. */
  barrier: 1,
  /** Too small to share: the first thread does it alone. */
  serial: 2,
  /** What it writes is larger than caches are, so it need not be there. */
  streams: 4,
} as const;
