import { ArgumentError } from '../../errors.ts';
import { sizeOf } from '../../tensor/shape.ts';
import type { Expression } from '../expression.ts';
import {
  allocate,
  definePrimitive,
  type Elements,
  type HostValue,
  type Primitive,
  requireDType,
} from '../primitive.ts';
import type { ValueType } from '../program.ts';
import { rowsAlong } from '../strided.ts';
import { accumulatorOf, requireAxes } from './axes.ts';
import { callsIn, elementwiseType, evaluateElementwise } from './elementwise.ts';

/** The kinds of reduction. */
export type ReduceKind = 'sum' | 'mean' | 'max' | 'min' | 'prod' | 'any' | 'all';

/**
 * One element for all along `axes`, which go from the shape.
 *
 * With `expr`, what is reduced is this expression of the elements of the inputs, which broadcast to one shape; the axes are of that
 * shape. Without it there is one input.
 *
 * `sum` and `prod` accumulate in float64 in the order of the elements and round once; sums of bool and uint8 are int32. `mean`
 * rounds each quotient by the number of elements, then sums, as tfjs does. `max` and `min` keep NaN.
 */
export const reduce: Primitive = definePrimitive({
  name: 'reduce',
  arity: [1, Number.POSITIVE_INFINITY],
  attributes: {
    kind: ['sum', 'mean', 'max', 'min', 'prod', 'any', 'all'],
    axes: 'integers',
    expr: 'expression?',
  },
  infer: (inputs, { kind, axes, expr }) => {
    const x = reducedType(inputs, expr);
    const { shape, dtype } = x;
    requireAxes('reduce', 'axes', axes, shape);
    if (kind === 'mean') requireDType('reduce', 'x', x, 'float32');
    if (kind === 'any' || kind === 'all') requireDType('reduce', 'x', x, 'bool');
    const accumulates = kind === 'sum' || kind === 'prod';
    return [
      { shape: shape.filter((_, axis) => !axes.includes(axis)), dtype: accumulates ? accumulatorOf(dtype) : dtype },
    ];
  },
  evaluate: (inputs, { kind, axes, expr }, [output]) => {
    const { data, length } = rowsAlong(expr ? mapped(inputs, expr) : inputs[0]!, axes);
    const result = allocate(output!);
    const reduceRow = ROWS[kind as ReduceKind];
    for (let row = 0; row < result.length; row++) result[row] = reduceRow(data, row * length, (row + 1) * length);
    return [result];
  },
  flops: (inputs, { expr }) => sizeOf(reducedType(inputs, expr).shape) * (1 + (expr ? callsIn(expr) : 0)),
});

/** The type of what is reduced. */
function reducedType(inputs: readonly ValueType[], expr: Expression | undefined): ValueType {
  if (expr) return elementwiseType('reduce', inputs, expr);
  if (inputs.length > 1) throw new ArgumentError('reduce', 'inputs', '1 in number, without `expr`', inputs.length);
  return inputs[0]!;
}

/** The elements of an expression. */
function mapped(inputs: readonly HostValue[], expr: Expression): HostValue {
  const type = reducedType(
    inputs.map((input) => input.type),
    expr,
  );
  return { type, data: evaluateElementwise(inputs, expr, type) };
}

type ReduceRow = (data: Elements, from: number, to: number) => number;

const ROWS: Readonly<Record<ReduceKind, ReduceRow>> = {
  sum: (data, from, to) => {
    let sum = 0;
    for (let i = from; i < to; i++) sum += data[i]!;
    return sum;
  },
  mean: (data, from, to) => {
    let sum = 0;
    for (let i = from; i < to; i++) sum += Math.fround(data[i]! / (to - from));
    return sum;
  },
  prod: (data, from, to) => {
    let product = 1;
    for (let i = from; i < to; i++) product *= data[i]!;
    return product;
  },
  max: (data, from, to) => {
    let most = data[from]!;
    for (let i = from; i < to; i++) if (data[i]! > most || Number.isNaN(data[i]!)) most = data[i]!;
    return most;
  },
  min: (data, from, to) => {
    let least = data[from]!;
    for (let i = from; i < to; i++) if (data[i]! < least || Number.isNaN(data[i]!)) least = data[i]!;
    return least;
  },
  any: (data, from, to) => Number(data.subarray(from, to).includes(1)),
  all: (data, from, to) => Number(!data.subarray(from, to).includes(0)),
};
