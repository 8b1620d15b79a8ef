import { type Shape, sizeOf } from '../tensor/shape.ts';
import { aroundAxis, defineEncoder, type Encoder, elementBytes } from './encoder.ts';
import { NO_SLOT } from './layouts.ts';
import { DTYPES } from './opcodes.ts';

export const encodeGather: Encoder = defineEncoder<{ axis: number; batchDims: number }>(
  ({ attrs: { axis, batchDims }, inputs: [x, indices], outputs: [y] }) => {
    const { shape, dtype } = x!.type;
    return {
      opcode: 'gather',
      fields: {
        elementBytes: elementBytes(dtype),
        ...aroundAxis(shape, axis),
        batch: sizeOf(shape.slice(0, batchDims)),
        outer: sizeOf(shape.slice(batchDims, axis)),
        count: sizeOf(indices!.type.shape.slice(batchDims)),
        x: x!.slot,
        indices: indices!.slot,
        out: y!.slot,
      },
    };
  },
);

export const encodeScatterAdd: Encoder = defineEncoder<{ size: number }>(
  ({ attrs: { size }, inputs: [ids, values], outputs: [y] }) => ({
    opcode: 'scatterAdd',
    fields: {
      dtype: DTYPES[values!.type.dtype],
      count: ids!.size,
      inner: sizeOf(values!.type.shape.slice(1)),
      size,
      ids: ids!.slot,
      values: values!.slot,
      out: y!.slot,
    },
  }),
);

/** The words that say which slices of `shape` the rows of `indices` name. */
function sliceFields(indices: Shape, shape: Shape) {
  const depth = indices.at(-1)!;
  return {
    count: sizeOf(indices.slice(0, -1)),
    depth,
    dims: shape.slice(0, depth),
    inner: sizeOf(shape.slice(depth)),
  };
}

export const encodeGatherNd: Encoder = defineEncoder(({ inputs: [x, indices], outputs: [y] }) => ({
  opcode: 'gatherNd',
  fields: {
    elementBytes: elementBytes(x!.type.dtype),
    ...sliceFields(indices!.type.shape, x!.type.shape),
    x: x!.slot,
    indices: indices!.slot,
    out: y!.slot,
  },
}));

export const encodeScatterNd: Encoder = defineEncoder<{ shape: Shape; mode: 'add' | 'update' }>(
  ({ attrs: { shape, mode }, inputs: [indices, updates, base], outputs: [y] }) => ({
    opcode: 'scatterNd',
    fields: {
      dtype: DTYPES[updates!.type.dtype],
      mode: Number(mode === 'update'),
      hasBase: Number(base !== undefined),
      ...sliceFields(indices!.type.shape, shape),
      indices: indices!.slot,
      updates: updates!.slot,
      base: base?.slot ?? NO_SLOT,
      out: y!.slot,
    },
  }),
);
