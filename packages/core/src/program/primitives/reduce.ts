import { sizeOf } from '../../tensor/shape.ts';
import { allocate, definePrimitive, type Elements, type Primitive, requireDType } from '../primitive.ts';
import { rowsAlong } from '../strided.ts';
import { accumulatorOf, requireAxes } from './axes.ts';

/** The kinds of reduction. */
export type ReduceKind = 'sum' | 'mean' | 'max' | 'min' | 'prod' | 'any' | 'all';

/**
 * One element for all along `axes`, which go from the shape.
 *
 * `sum` and `prod` accumulate in float64 in the order of the elements and round once; sums of bool and uint8 are int32. `mean`
 * rounds each quotient by the number of elements, then sums, as tfjs does. `max` and `min` keep NaN.
 */
export const reduce: Primitive = definePrimitive({
  name: 'reduce',
  arity: 1,
  attributes: { kind: ['sum', 'mean', 'max', 'min', 'prod', 'any', 'all'], axes: 'integers' },
  infer: ([x], { kind, axes }) => {
    const { shape, dtype } = x!;
    requireAxes('reduce', 'axes', axes, shape);
    if (kind === 'mean') requireDType('reduce', 'x', x!, 'float32');
    if (kind === 'any' || kind === 'all') requireDType('reduce', 'x', x!, 'bool');
    const accumulates = kind === 'sum' || kind === 'prod';
    return [
      { shape: shape.filter((_, axis) => !axes.includes(axis)), dtype: accumulates ? accumulatorOf(dtype) : dtype },
    ];
  },
  evaluate: ([x], { kind, axes }, [output]) => {
    const { data, length } = rowsAlong(x!, axes);
    const result = allocate(output!);
    const reduceRow = ROWS[kind as ReduceKind];
    for (let row = 0; row < result.length; row++) result[row] = reduceRow(data, row * length, (row + 1) * length);
    return [result];
  },
  flops: ([x]) => sizeOf(x!.shape),
});

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
