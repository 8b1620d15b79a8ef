import { type Layout, rowMajor } from '../program/strided.ts';
import { positiveAxis } from '../tensor/shape.ts';
import { copyPart } from './encode-movement.ts';
import { aroundAxis, defineEncoder, type Encoder, type Operand, type Part } from './encoder.ts';
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

/** Rows are sorted along the last axis; another one is brought there and back. */
export const encodeSort: Encoder = defineEncoder<{ axis: number; descending: boolean }>(
  ({ attrs: { axis, descending }, inputs: [x], outputs: [values, indices], temporary }) => {
    const { shape, dtype } = x!.type;
    const along = positiveAxis('plan', axis, shape.length);
    const { outer, length, inner } = rowFields(shape, along);
    const rows = { dtype: DTYPES[dtype], rows: outer * inner, length, descending: Number(descending) };
    if (inner === 1) {
      const slots = { x: x!.slot, values: values!.slot, indices: indices!.slot };
      return { opcode: 'sort', fields: { ...rows, ...slots } };
    }
    const turned = [outer, inner, length];
    const there: Layout = { offset: 0, strides: [length * inner, 1, inner] };
    const back = (from: Operand, to: Operand): Part =>
      copyPart(from, turned, { offset: 0, strides: rowMajor(turned) }, to, there);
    const given = temporary({ shape: turned, dtype });
    const sorted = temporary({ shape: turned, dtype });
    const places = temporary({ shape: turned, dtype: 'int32' });
    return [
      copyPart(x!, turned, there, given),
      { opcode: 'sort', fields: { ...rows, x: given.slot, values: sorted.slot, indices: places.slot } },
      back(sorted, values!),
      back(places, indices!),
    ];
  },
);
