import { ArgumentError, ShapeError, showShape } from '../../errors.ts';
import { type Shape, sameShape, sizeOf } from '../../tensor/shape.ts';
import { allocate, definePrimitive, type HostValue, type Primitive, requireDType } from '../primitive.ts';
import type { ValueType } from '../program.ts';
import { callsIn, elementwiseType, evaluateElementwise } from './elementwise.ts';
import { scatterAdd } from './scatter-add.ts';

const NAME = 'updateRows';

/**
 * `mapMany` of sums of rows: `yᵢ = exprsᵢ(s₀, …, a, …)` over the shape `[size, …rest]`, where `sₖ` is the `scatterAdd` of `valuesₖ`
 * by `ids`. What an optimizer does with the gradient of an embedding, which has few rows that are not 0, without this gradient.
 *
 * Inputs: `ids` (int32, `[n]`); as many `values` (float32, `[n / repeat, …rest]`) as `sums` says; then those of the expressions,
 * which broadcast to the shape of the sums. Each row of `values` stands for `repeat` ids that follow each other.
 *
 * The bits are those of `scatterAdd` and `mapMany`.
 */
export const updateRows: Primitive = definePrimitive({
  name: NAME,
  arity: [2, Number.POSITIVE_INFINITY],
  attributes: { size: 'integer', sums: 'integer', repeat: 'integer', exprs: 'expressions' },
  infer: ([ids, ...others], { size, sums, repeat, exprs }) => {
    requireDType(NAME, 'ids', ids!, 'int32');
    if (sums < 1 || sums > others.length) throw new ArgumentError(NAME, 'sums', `1 to ${others.length}`, sums);
    if (repeat < 1) throw new ArgumentError(NAME, 'repeat', 'at least 1', repeat);
    const values = others.slice(0, sums);
    for (const type of values) {
      requireDType(NAME, 'values', type, 'float32');
      requireRows(ids!.shape, type.shape, values[0]!.shape, repeat);
    }
    const type = sumType(values[0]!, size);
    return exprs.map((expr) => {
      const result = elementwiseType(NAME, [...values.map(() => type), ...others.slice(sums)], expr);
      if (sameShape(result.shape, type.shape)) return result;
      throw new ShapeError(
        `${NAME}: inputs must broadcast to ${showShape(type.shape)}, the shape of the sums. Received: ${showShape(result.shape)}.`,
      );
    });
  },
  evaluate: ([ids, ...others], { size, sums, repeat, exprs }, outputs) => {
    const summed = others.slice(0, sums).map((values): HostValue => {
      const type = sumType(values.type, size);
      const [data] = scatterAdd.evaluate([ids!, repeated(values, repeat)], { size }, [type]);
      return { type, data: data! };
    });
    const inputs = [...summed, ...others.slice(sums)];
    return exprs.map((expr, i) => evaluateElementwise(inputs, expr, outputs[i]!));
  },
  flops: ([ids, ...others], { sums, exprs }, [output]) =>
    sums * sizeOf(ids!.shape) * sizeOf(others[0]!.shape.slice(1)) +
    exprs.reduce((sum, expr) => sum + callsIn(expr), 0) * sizeOf(output!.shape),
});

const sumType = (values: ValueType, size: number): ValueType => ({
  ...values,
  shape: [size, ...values.shape.slice(1)],
});

function requireRows(ids: Shape, values: Shape, first: Shape, repeat: number): void {
  if (ids.length === 1 && values.length > 0 && values[0]! * repeat === ids[0] && sameShape(values, first)) return;
  throw new ShapeError(
    `${NAME}: expected ids [n] and values [n / ${repeat}, ...rest] of one shape, received ${showShape(ids)} and ${showShape(values)}.`,
  );
}

/** Each row `repeat` times. */
function repeated({ type, data }: HostValue, repeat: number): HostValue {
  const shape = [type.shape[0]! * repeat, ...type.shape.slice(1)];
  const result = allocate({ ...type, shape });
  const length = sizeOf(type.shape.slice(1));
  for (let row = 0; row < shape[0]!; row++) {
    const from = Math.floor(row / repeat) * length;
    result.set(data.subarray(from, from + length), row * length);
  }
  return { type: { ...type, shape }, data: result };
}
