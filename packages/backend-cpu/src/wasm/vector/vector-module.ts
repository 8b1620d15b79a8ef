import {
  add,
  addFloats,
  advance,
  and,
  assemble,
  type Code,
  type FunctionCode,
  get,
  ifSet,
  integers,
  laneOf,
  lanes,
  loadFloat,
  loadVector,
  loopDown,
  number,
  set,
  shiftRight,
  storeFloat,
  zeroVector,
} from '../assembler.ts';
import { type Elementwise, elementwise, type InputKind } from './elementwise.ts';
import { exp, log, log1p, sigmoid, softplus, tanh } from './math.ts';
import { maxPoolGradient } from './max-pool-gradient.ts';
import { philox } from './philox.ts';

/** Functions of one operand, by the names of tfjs's kernels. */
const unary: Readonly<Record<string, Elementwise['compute']>> = {
  Abs: (_, x) => lanes.abs(x!),
  Exp: (keep, x) => exp(keep, x!),
  Log: (keep, x) => log(keep, x!),
  Log1p: (keep, x) => log1p(keep, x!),
  Neg: (_, x) => lanes.negate(x!),
  Sigmoid: (keep, x) => sigmoid(keep, x!),
  Softplus: (keep, x) => softplus(keep, x!),
  Sqrt: (_, x) => lanes.sqrt(x!),
  Square: (_, x) => lanes.multiply(x!, x!),
  Tanh: (keep, x) => tanh(keep, x!),
};

/** Functions of two operands. */
const binary: Readonly<Record<string, Elementwise['compute']>> = {
  Add: (_, a, b) => lanes.add(a!, b!),
  Maximum: (_, a, b) => lanes.max(a!, b!),
  Minimum: (_, a, b) => lanes.min(a!, b!),
  Multiply: (_, a, b) => lanes.multiply(a!, b!),
  RealDiv: (_, a, b) => lanes.divide(a!, b!),
  SquaredDifference: (keep, a, b) => {
    const difference = keep(lanes.subtract(a!, b!));
    return lanes.multiply(difference, difference);
  },
  Sub: (_, a, b) => lanes.subtract(a!, b!),
};

/** Functions of two operands that give bools. */
const comparison: Readonly<Record<string, Elementwise['compute']>> = {
  Equal: (_, a, b) => lanes.equal(a!, b!),
  Greater: (_, a, b) => lanes.greater(a!, b!),
  GreaterEqual: (_, a, b) => lanes.greaterEqual(a!, b!),
  Less: (_, a, b) => lanes.less(a!, b!),
  LessEqual: (_, a, b) => lanes.lessEqual(a!, b!),
  NotEqual: (_, a, b) => lanes.notEqual(a!, b!),
};

export const unaryNames: readonly string[] = Object.keys(unary);
export const binaryNames: readonly string[] = Object.keys(binary);
export const comparisonNames: readonly string[] = Object.keys(comparison);

/** Each pair of ways to read two operands, and the end of the name of the function that does. */
export const pairings = { '': ['floats', 'floats'], One: ['floats', 'one'], OneFirst: ['one', 'floats'] } as const;

const forPairs = (table: typeof binary, outputs: Elementwise['outputs'] & {}): Elementwise[] =>
  Object.entries(table).flatMap(([name, compute]) =>
    Object.entries(pairings).map(([ending, inputs]) => ({ name: name + ending, inputs, outputs, compute })),
  );

/**
 * `adamUpdate` of core: from value, slots, gradient and perhaps, apart, its square; then both shares, epsilon and alpha.
 * A gradient that is 0 throughout may be `'one'`.
 */
const adam = (name: string, gradients: readonly InputKind[]): Elementwise => ({
  name,
  inputs: ['floats', 'floats', 'floats', ...gradients, 'one', 'one', 'one', 'one'],
  outputs: ['floats', 'floats', 'floats'],
  compute: (keep, ...operands) => {
    const [value, mean, square, gradient] = operands as [Code, Code, Code, Code];
    const gradientSquare = gradients.length === 2 ? operands[4]! : lanes.multiply(gradient, gradient);
    const [meanShare, squareShare, epsilon, alpha] = operands.slice(-4) as [Code, Code, Code, Code];
    const approach = (slot: Code, x: Code, share: Code): Code =>
      keep(lanes.add(slot, lanes.multiply(lanes.subtract(x, slot), share)));
    const newMean = approach(mean, gradient, meanShare);
    const newSquare = approach(square, gradientSquare, squareShare);
    const step = lanes.divide(lanes.multiply(newMean, alpha), lanes.add(lanes.sqrt(newSquare), epsilon));
    return [lanes.subtract(value, step), newMean, newSquare];
  },
});

const others: readonly Elementwise[] = [
  {
    name: 'select',
    inputs: ['bytes', 'floats', 'floats'],
    compute: (_, condition, a, b) => lanes.select(lanes.intNotEqual(condition!, integers(0)), a!, b!),
  },
  { name: 'copy', inputs: ['floats'], compute: (_, x) => x! },
  {
    name: 'LogicalAnd',
    inputs: ['bytes', 'bytes'],
    outputs: ['bytes'],
    compute: (_, a, b) => lanes.and(a!, b!),
  },
  {
    name: 'LogicalOr',
    inputs: ['bytes', 'bytes'],
    outputs: ['bytes'],
    compute: (_, a, b) => lanes.or(a!, b!),
  },
  { name: 'bytesToFloats', inputs: ['bytes'], compute: (_, x) => lanes.toFloat(x!) },
  { name: 'integersToFloats', inputs: ['floats'], compute: (_, x) => lanes.toFloat(x!) },
  adam('adam', ['floats']),
  adam('adamWithoutGradient', ['one']),
  adam('adamWithSquare', ['floats', 'floats']),
];

/** `sumRows(x, out, rows, columns)`: the sum of each row, in 16 parts side by side. */
const sumRows: FunctionCode = (() => {
  const [x, out, rows, columns, count] = [0, 1, 2, 3, 4] as const;
  const part = (i: number): number => 5 + i;
  const four = [0, 1, 2, 3] as const;
  const total = get(part(0));
  const lanesSummed = addFloats(
    addFloats(laneOf(total, 0), laneOf(total, 2)),
    addFloats(laneOf(total, 1), laneOf(total, 3)),
  );
  return {
    name: 'sumRows',
    parameters: 4,
    integers: 1,
    vectors: 4,
    body: loopDown(rows, [
      ...four.flatMap((i) => set(part(i), zeroVector)),
      ...set(count, shiftRight(get(columns), number(4))),
      ...ifSet(
        get(count),
        loopDown(count, [
          ...four.flatMap((i) => set(part(i), lanes.add(get(part(i)), loadVector(get(x), 16 * i)))),
          ...advance(x, number(64)),
        ]),
      ),
      ...set(part(0), lanes.add(lanes.add(total, get(part(1))), lanes.add(get(part(2)), get(part(3))))),
      ...storeFloat(get(out), lanesSummed),
      ...set(count, and(get(columns), number(15))),
      ...ifSet(
        get(count),
        loopDown(count, [
          ...storeFloat(get(out), addFloats(loadFloat(get(out)), loadFloat(get(x)))),
          ...advance(x, number(4)),
        ]),
      ),
      ...set(out, add(get(out), number(4))),
    ]),
  };
})();

/** The functions of the module, by name; all arguments are addresses, counts and distances in bytes. */
export type VectorExports = Readonly<Record<string, (...args: number[]) => void>>;

/** Element-wise functions and sums on vectors of four floats: plain SIMD, the same bits on every machine. */
export const vectorModule = (): Uint8Array<ArrayBuffer> =>
  assemble([
    ...[
      ...Object.entries(unary).map(([name, compute]) => ({ name, inputs: ['floats'] as const, compute })),
      ...forPairs(binary, ['floats']),
      ...forPairs(comparison, ['bytes']),
      ...others,
    ].map(elementwise),
    sumRows,
    maxPoolGradient,
    philox('randomBits', false),
    philox('randomUniform', true),
  ]);
