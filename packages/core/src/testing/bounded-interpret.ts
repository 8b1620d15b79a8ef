import type { Expression } from '../program/expression.ts';
import { type InterpretOptions, interpret, repeated } from '../program/interpret.ts';
import { type Elements, type HostValue, inferTypes } from '../program/primitive.ts';
import { loop } from '../program/primitives/loop.ts';
import type { Instruction, Program, ValueId } from '../program/program.ts';
import { sizeOf } from '../tensor/shape.ts';
import { evaluate } from './primitive-check.ts';

/** What a program gives for one output or state, and how far each element may be off. */
export interface BoundedValue {
  readonly name: string;
  readonly data: Elements;
  /** 0: the element is exact, whoever computes it; infinite: roundings decide what it is. */
  readonly bounds: Float64Array;
}

/**
 * Runs a program by its meaning, and finds out how much roundings matter to each element: it is run again with results of
 * functions and sums that are off by some units in the last place, with sums that overflow on the way, and with numbers below
 * the normal ones set to 0. What stays the same is exact; what moves may move some times as far on an executor.
 *
 * @param runs how many runs there are that are off; without any, all is exact
 */
export function interpretWithBounds(program: Program, given: InterpretOptions, runs: number): readonly BoundedValue[] {
  const exact = interpret(program, given);
  const results: readonly Named[] = [
    ...exact.outputs.map(({ data }, i) => ({ name: `output ${i}`, data })),
    ...program.state.map(({ name }) => ({ name: `state ${name}`, data: exact.state[name]! })),
  ];
  const bounds = results.map(({ data }) => new Float64Array(data.length));
  for (let run = 0; run < runs; run++) {
    const moved = runOff(program, given, rounding(run));
    results.forEach(({ data }, i) => {
      const bound = bounds[i]!;
      for (let j = 0; j < data.length; j++) bound[j] = Math.max(bound[j]!, distance(data[j]!, moved[i]![j]!));
    });
  }
  return results.map((result, i) => ({ ...result, bounds: bounds[i]!.map((bound) => SLACK * bound) }));
}

/** Whether an element is the wanted one, as closely as it can be told. Zeros are alike, and so are NaNs. */
export const isWithin = (received: number, wanted: number, bound: number): boolean =>
  received === wanted || (Number.isNaN(received) && Number.isNaN(wanted)) || distance(received, wanted) <= bound;

interface Named {
  readonly name: string;
  readonly data: Elements;
}

/** Random roundings seldom all go the same way. */
const SLACK = 8;

const SMALLEST_NORMAL = 2 ** -126;
const LARGEST = 3.4028234e38;

/** What executors compute to some units in the last place; all else in `map` is exact. */
const INEXACT = new Set(
  'pow exp expm1 log log1p sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh erf sigmoid softplus elu selu rsqrt squaredDifference'.split(
    ' ',
  ),
);

/** How a run is off. */
interface Rounding {
  /** A number beside this one. */
  near(x: number): number;
  /** What comes of a sum or a product that overflows, or may on the way. */
  readonly overflow: number;
  readonly flushes: boolean;
}

/** All up, all down, then each number its own way. */
function rounding(run: number): Rounding {
  let state = Math.imul(run + 1, 0x9e3779b1);
  const direction = (): number => {
    if (run < 2) return 1 - 2 * run;
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0; // a linear congruence (Numerical Recipes)
    return state < 0 ? -1 : 1;
  };
  return {
    near: (x) => {
      const whole = Math.round(x);
      // a negative number to a power just beside a whole one is NaN
      if (run % 3 === 2 && Math.abs(whole - x) <= 1e-6 * Math.abs(x)) return whole;
      return x * (1 + direction() * 1e-6) + (Math.abs(x) < 1e-30 && x !== 0 ? direction() * SMALLEST_NORMAL : 0);
    },
    overflow: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 0][run % 4]!,
    flushes: run % 2 === 1,
  };
}

/** 0 for numbers that differ by less than a normal one: `min(0, 1e-40)` may be either. */
function distance(a: number, b: number): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return Number.POSITIVE_INFINITY;
  return Math.abs(a - b) < SMALLEST_NORMAL ? 0 : Math.abs(a - b);
}

/** The outputs and states of a run that is off. */
function runOff(program: Program, given: InterpretOptions, how: Rounding): readonly Elements[] {
  const values = new Map<ValueId, Elements>();
  for (const { id, name } of program.inputs) values.set(id, given.inputs![name]!);
  for (const { input, name } of program.state) values.set(input, given.state![name]!);
  runProgram(program, values, how);
  return [...program.outputs, ...program.state.map(({ output }) => output)].map((id) => values.get(id)!);
}

/** Adds the values that a program makes to those that it is given. */
function runProgram(program: Program, values: Map<ValueId, Elements>, how: Rounding): void {
  const hostValue = (id: ValueId): HostValue => ({ type: program.types.get(id)!, data: values.get(id)! });
  for (const { id, data } of program.constants) values.set(id, repeated(data, program.types.get(id)!));
  for (const [id] of values) values.set(id, flushed(hostValue(id), how).data);
  for (const instruction of program.instructions) {
    const results = runInstruction(instruction, instruction.inputs.map(hostValue), how);
    instruction.outputs.forEach((id, i) => {
      values.set(id, results[i]!.data);
    });
  }
}

function runInstruction({ primitive, attrs }: Instruction, inputs: readonly HostValue[], how: Rounding): HostValue[] {
  const expressionOf = (name: string) => attrs[name] as Expression | undefined;
  const results = ((): HostValue[] => {
    switch (primitive) {
      case 'map':
        return [spread(expression(expressionOf('expr')!, inputs, how), inputs)];
      case 'mapMany':
        return (attrs['exprs'] as unknown as readonly Expression[]).map((expr) =>
          spread(expression(expr, inputs, how), inputs),
        );
      case 'reduce': {
        const { expr, ...plain } = attrs;
        const x = expr ? spread(expression(expr as Expression, inputs, how), inputs) : inputs[0]!;
        return [reduced(x, plain, how)];
      }
      case 'dot': {
        const { epilogue, ...plain } = attrs;
        const product = dotted(inputs.slice(0, 2), plain, how);
        const given = [product, ...inputs.slice(2)];
        return [epilogue ? spread(expression(epilogue as Expression, given, how), given) : product];
      }
      case 'conv':
      case 'convInputGrad':
      case 'convFilterGrad': {
        const { epilogue, ...plain } = attrs;
        const sum = evaluate(primitive, moveAll(inputs.slice(0, 2), how), plain)[0]!;
        const given = [moved(sum, how.near), ...inputs.slice(2)];
        return [epilogue ? spread(expression(epilogue as Expression, given, how), given) : given[0]!];
      }
      case 'softmax':
      case 'logSoftmax':
        return moveAll(evaluate(primitive, moveAll(inputs, how), attrs), how);
      case 'pool':
        return attrs['kind'] === 'avg'
          ? moveAll(evaluate(primitive, inputs, attrs), how)
          : evaluate(primitive, inputs, attrs);
      case 'scatterAdd':
        return evaluate(primitive, [inputs[0]!, moved(inputs[1]!, how.near)], attrs);
      case 'loop':
        return looped(inputs, attrs, how);
      default:
        return evaluate(primitive, inputs, attrs);
    }
  })();
  return results.map((result) => flushed(result, how));
}

const moveAll = (values: readonly HostValue[], how: Rounding): HostValue[] =>
  values.map((value) => moved(value, how.near));

/** The value of an expression, call by call; numbers stand where they are. */
function expression(expr: Expression, inputs: readonly HostValue[], how: Rounding): HostValue {
  if (expr.kind === 'input') return inputs[expr.index]!;
  if (expr.kind === 'number') return evaluate('map', [inputs[0]!], { expr })[0]!;
  const given: HostValue[] = [];
  const args = expr.args.map((arg): Expression => {
    if (arg.kind === 'number') return arg;
    given.push(expression(arg, inputs, how));
    return { kind: 'input', index: given.length - 1 };
  });
  const [value] = evaluate('map', given.length ? given : [inputs[0]!], { expr: { ...expr, args } });
  return flushed(INEXACT.has(expr.fn) ? moved(value!, how.near) : value!, how);
}

/** In the shape to which all inputs broadcast. */
function spread(value: HostValue, inputs: readonly HostValue[]): HostValue {
  const shape = inputs.reduce<readonly number[]>((all, { type }) => {
    const rank = Math.max(all.length, type.shape.length);
    return Array.from({ length: rank }, (_, axis) => {
      const dims = [all, type.shape].map((dims) => dims[axis - rank + dims.length] ?? 1);
      return dims[0] === 1 ? dims[1]! : dims[0]!;
    });
  }, []);
  if (value.type.shape.length === shape.length && value.data.length === sizeOf(shape)) return value;
  return evaluate('broadcast', [value], { shape })[0]!;
}

function reduced(x: HostValue, attrs: Instruction['attrs'], how: Rounding): HostValue {
  const { kind } = attrs;
  if (x.type.dtype !== 'float32' || !['sum', 'mean', 'prod'].includes(kind as string)) {
    return evaluate('reduce', [x], attrs)[0]!;
  }
  const over = { ...attrs, kind: kind === 'prod' ? 'prod' : 'sum' };
  // products that leave the numbers on the way up or down
  const sizes = [Math.abs, ...(kind === 'prod' ? [(value: number) => 1 / Math.abs(value)] : [])];
  const hasLeft = sizes.map((size) => evaluate('reduce', [moved(x, (value) => outward(size(value), kind))], over)[0]!);
  const isExact = kind === 'sum' && isWhole(x, hasLeft[0]!);
  const [result] = evaluate('reduce', [isExact ? x : moved(x, how.near)], attrs);
  return overflowing(result!, hasLeft, how);
}

/** What can only make a product larger, of what is finite. */
const outward = (size: number, kind: unknown): number => {
  if (kind === 'prod') return Number.isFinite(size) ? Math.max(1, size) : 1;
  return finiteSize(size);
};

/** Infinities add nothing to how far the finite rest may go. */
const finiteSize = (x: number): number => (Number.isFinite(x) ? Math.abs(x) : 0);

function dotted(inputs: readonly HostValue[], attrs: Instruction['attrs'], how: Rounding): HostValue {
  const sizes = evaluate(
    'dot',
    inputs.map((input) => moved(input, finiteSize)),
    attrs,
  );
  const isExact = inputs.every((input) => isWhole(input, sizes[0]!));
  const given = isExact ? inputs : inputs.map((input) => moved(input, how.near));
  const [result] = evaluate('dot', given, attrs);
  return overflowing(result!, sizes, how);
}

function looped(inputs: readonly HostValue[], attrs: Instruction['attrs'], how: Rounding): HostValue[] {
  const typesOf = (values: readonly HostValue[]) => values.map(({ type }) => type);
  const types = inferTypes(loop, typesOf(inputs), attrs);
  const prepareRun = (body: Program) => (given: readonly HostValue[]) => {
    const values = new Map(body.inputs.map(({ id }, i) => [id, given[i]!.data]));
    runProgram(body, values, how);
    return body.outputs.map((id) => ({ type: body.types.get(id)!, data: values.get(id)! }));
  };
  return loop.evaluate(inputs, attrs, types, { prepareRun }).map((data, i) => ({ type: types[i]!, data }));
}

/** Whether sums of whole numbers are exact: in any order they stay below 2²⁴. */
const isWhole = ({ data }: HostValue, sums: HostValue): boolean =>
  data.every(Number.isInteger) && sums.data.every((sum) => sum < 2 ** 24);

function overflowing(result: HostValue, sizes: readonly HostValue[], how: Rounding): HostValue {
  const data = result.data.map((value, i) =>
    sizes.some((size) => !(size.data[i]! < LARGEST / 2)) ? how.overflow : value,
  ) as Elements;
  return { ...result, data };
}

const moved = (value: HostValue, move: (x: number) => number): HostValue =>
  value.type.dtype === 'float32' ? { ...value, data: value.data.map(move) as Elements } : value;

const flushed = (value: HostValue, { flushes }: Rounding): HostValue =>
  flushes ? moved(value, (x) => (Math.abs(x) < SMALLEST_NORMAL ? 0 * x : x)) : value;
