import { positiveAxis, sizeOf } from '../tensor/shape.ts';
import { aroundAxis, defineEncoder, type Encoder } from './encoder.ts';
import { DTYPES } from './opcodes.ts';

/** The words that say how rows along an axis lie. */
function rowFields(shape: Parameters<typeof aroundAxis>[0], axis: number) {
  const { outer, axisSize, inner } = aroundAxis(shape, axis);
  return { outer, length: axisSize, inner };
}

export const encodeArgReduce: Encoder = defineEncoder<{ kind: 'max' | 'min'; axis: number }>(
  ({ attrs: { kind, axis }, inputs: [x], outputs: [y] }) => ({
    opcode: 'argReduce',
    fields: {
      kind: Number(kind === 'min'),
      dtype: DTYPES[x!.type.dtype],
      ...rowFields(x!.type.shape, axis),
      x: x!.slot,
      out: y!.slot,
    },
  }),
);

export const encodeScan: Encoder = defineEncoder<{
  kind: 'sum' | 'prod';
  axis: number;
  exclusive: boolean;
  reverse: boolean;
}>(({ attrs: { kind, axis, exclusive, reverse }, inputs: [x], outputs: [y] }) => ({
  opcode: 'scan',
  fields: {
    kind: Number(kind === 'prod'),
    dtype: DTYPES[x!.type.dtype],
    exclusive: Number(exclusive),
    reverse: Number(reverse),
    ...rowFields(x!.type.shape, axis),
    x: x!.slot,
    out: y!.slot,
  },
}));

/** Rows are sorted along the last axis; other axes are left to the host. */
export const encodeSort: Encoder = defineEncoder<{ axis: number; descending: boolean }>(
  ({ attrs: { axis, descending }, inputs: [x], outputs: [values, indices] }) => {
    const { shape, dtype } = x!.type;
    const along = positiveAxis('plan', axis, shape.length);
    if (sizeOf(shape.slice(along + 1)) !== 1) return undefined;
    return {
      opcode: 'sort',
      fields: {
        dtype: DTYPES[dtype],
        rows: sizeOf(shape.slice(0, along)),
        length: shape[along]!,
        descending: Number(descending),
        x: x!.slot,
        values: values!.slot,
        indices: indices!.slot,
      },
    };
  },
);
