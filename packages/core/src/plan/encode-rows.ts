import type { Expression } from '../program/expression.ts';
import { sizeOf } from '../tensor/shape.ts';
import { collapse } from './collapse.ts';
import { codeInput, outputFields } from './encode-elementwise.ts';
import { encodeExpressions } from './encode-expression.ts';
import { defineEncoder, type Encoder, stridesAs } from './encoder.ts';
import type { Fields } from './layouts.ts';
import { DTYPES, REDUCE_KINDS } from './opcodes.ts';

export const encodeGatherReduce: Encoder = defineEncoder<{ kind: keyof typeof REDUCE_KINDS }>(
  ({ attrs: { kind }, inputs: [x, ids], outputs: [y] }) => {
    const count = ids!.type.shape.at(-1)!;
    const [size, ...rest] = x!.type.shape;
    return {
      opcode: 'gatherReduce',
      fields: {
        kind: REDUCE_KINDS[kind],
        outer: ids!.size / count,
        count,
        inner: sizeOf(rest),
        size: size!,
        x: x!.slot,
        ids: ids!.slot,
        out: y!.slot,
      },
    };
  },
);

/** Left to the host if an input has strides that two numbers cannot say. */
export const encodeUpdateRows: Encoder = defineEncoder<{
  size: number;
  sums: number;
  repeat: number;
  exprs: readonly Expression[];
}>(({ attrs: { size, sums, repeat, exprs }, inputs: [ids, ...others], outputs }) => {
  const values = others.slice(0, sums);
  const shape = [size, ...values[0]!.type.shape.slice(1)];
  // a sum is no constant, whatever its values are
  const inputs = others.map((operand, i) => (i < sums ? { dtype: operand.type.dtype } : codeInput(operand)));
  const dtypes = outputs.map(({ type }) => type.dtype);
  const code = encodeExpressions(exprs, dtypes, inputs, sums);
  const loaded: Fields[] = [];
  for (const operand of code.loaded.slice(sums).map((place) => others[place]!)) {
    const [rowStride, ...strides] = stridesAs(operand, shape);
    const { dims, strides: moves } = collapse(shape.slice(1), [strides]);
    if (dims.length > 1) return undefined;
    const colStride = moves[0]![0] ?? 0;
    loaded.push({ slot: operand.source.slot, dtype: DTYPES[operand.type.dtype], rowStride: rowStride!, colStride });
  }
  return {
    opcode: 'updateRows',
    fields: {
      count: ids!.size,
      repeat,
      inner: sizeOf(shape.slice(1)),
      size,
      ids: ids!.slot,
      nSums: sums,
      sums: values.map(({ slot }) => ({ slot })),
      nInputs: loaded.length,
      inputs: loaded,
      ...outputFields(outputs, code.results),
      ...code.fields,
    },
  };
});
