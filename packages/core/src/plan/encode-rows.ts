import type { Expression } from '../program/expression.ts';
import { sizeOf } from '../tensor/shape.ts';
import { encodeMapMany, encodeReduce } from './encode-elementwise.ts';
import { encodeGather, encodeScatterAdd } from './encode-indexing.ts';
import { copyPart } from './encode-movement.ts';
import { defineEncoder, type Encoder } from './encoder.ts';

/** `gatherReduce` as `gather` and `reduce`. */
export const encodeGatherReduce: Encoder = defineEncoder<{ kind: string }>(({ attrs: { kind }, ...input }) => {
  const [x, ids] = input.inputs;
  const count = ids!.type.shape.at(-1)!;
  const shape = [ids!.size / count, count, ...x!.type.shape.slice(1)];
  const rows = input.temporary({ shape, dtype: x!.type.dtype });
  return [
    ...encodeGather({ ...input, attrs: { axis: 0, batchDims: 0 }, outputs: [rows] })!,
    ...encodeReduce({ ...input, attrs: { kind, axes: [1] }, inputs: [rows] })!,
  ];
});

/** `updateRows` as `scatterAdd` for each of the sums, and `mapMany`. */
export const encodeUpdateRows: Encoder = defineEncoder<{
  size: number;
  sums: number;
  repeat: number;
  exprs: readonly Expression[];
}>(({ attrs: { size, sums, repeat, exprs }, ...input }) => {
  const [ids, ...others] = input.inputs;
  const added = others.slice(0, sums).map((values) => {
    const { dtype, shape } = values.type;
    const rest = shape.slice(1);
    const sum = input.temporary({ dtype, shape: [size, ...rest] });
    const scatter = { ...input, attrs: { size }, outputs: [sum] };
    if (repeat === 1) return { sum, parts: encodeScatterAdd({ ...scatter, inputs: [ids!, values] })! };
    const inner = sizeOf(rest);
    const spread = input.temporary({ dtype, shape: [shape[0]! * repeat, ...rest] });
    const copy = copyPart(values, [shape[0]!, repeat, inner], { offset: 0, strides: [inner, 0, 1] }, spread);
    return { sum, parts: [copy, ...encodeScatterAdd({ ...scatter, inputs: [ids!, spread] })!] };
  });
  const inputs = [...added.map(({ sum }) => sum), ...others.slice(sums)];
  return [...added.flatMap(({ parts }) => parts), ...encodeMapMany({ ...input, attrs: { exprs }, inputs })!];
});
