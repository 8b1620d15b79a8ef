import type { Expression } from '../program/expression.ts';
import { convGeometry, depthwiseGeometry, type WindowAttributes } from '../program/primitives/geometry.ts';
import { broadcastStrides } from '../program/strided.ts';
import { type Shape, sizeOf } from '../tensor/shape.ts';
import { collapse } from './collapse.ts';
import { codeInput } from './encode-elementwise.ts';
import { encodeExpressions } from './encode-expression.ts';
import { defineEncoder, type Encoder, type Operand, type Part, stridesAs } from './encoder.ts';
import type { Fields } from './layouts.ts';
import { DTYPES, ORDERS } from './opcodes.ts';
import { planarWindow } from './planar-window.ts';

/** The primitives with an epilogue may have extra inputs after the first two. */
interface WithEpilogue {
  readonly epilogue?: Expression;
}

export const encodeDot: Encoder = defineEncoder<{ transposeA: boolean; transposeB: boolean } & WithEpilogue>(
  ({ attrs: { transposeA, transposeB, epilogue }, inputs: [a, b, ...extras], outputs: [y] }) => {
    const { shape } = y!.type;
    const tail = epilogueFields(epilogue, extras, shape);
    if (a!.type.dtype !== 'float32' || !tail) return undefined;
    const [m, n] = shape.slice(-2) as [number, number];
    const k = a!.type.shape.at(transposeA ? -2 : -1)!;
    const batch = shape.slice(0, -2);
    const walk = collapse(batch, [matrixStrides(a!.type.shape, batch), matrixStrides(b!.type.shape, batch)]);
    const matrices = foldRows({ ...walk, m }, transposeA);
    return {
      opcode: 'dot',
      fields: {
        nBatch: matrices.dims.length,
        batch: matrices.dims,
        m: matrices.m,
        n,
        k,
        transposeA: Number(transposeA),
        orderB: transposeB ? ORDERS.columns : ORDERS.rows,
        a: a!.slot,
        stridesA: matrices.strides[0]!,
        b: b!.slot,
        stridesB: matrices.strides[1]!,
        out: y!.slot,
        ...tail,
      },
    };
  },
);

/** How the matrices of an operand follow each other along the batch axes of the product. */
function matrixStrides(shape: Shape, batch: Shape): number[] {
  const size = sizeOf(shape.slice(-2));
  return broadcastStrides(shape.slice(0, -2), batch).map((stride) => stride * size);
}

interface Matrices {
  readonly dims: readonly number[];
  readonly strides: readonly (readonly number[])[];
  readonly m: number;
}

/** A batch of matrices that all meet the same right matrix are one matrix with all their rows. */
function foldRows(matrices: Matrices, transposeA: boolean): Matrices {
  const { dims, strides, m } = matrices;
  const folds = !transposeA && dims.length === 1 && strides[1]![0] === 0;
  return folds ? { dims: [], strides: [[], []], m: dims[0]! * m } : matrices;
}

/** The words of an epilogue; `undefined` where an extra input does not move by rows and columns of the result. */
function epilogueFields(
  epilogue: Expression | undefined,
  extras: readonly Operand[],
  shape: Shape,
): Fields | undefined {
  if (!epilogue) return NO_EPILOGUE;
  const code = encodeExpressions([epilogue], ['float32'], [{ dtype: 'float32' }, ...extras.map(codeInput)], 1);
  const loaded = code.loaded.slice(1).map((place) => extras[place - 1]!);
  const moves: Fields[] = [];
  for (const extra of loaded) {
    const strides = stridesAs(extra, shape);
    const rows = collapse(shape.slice(0, -1), [strides.slice(0, -1)]);
    if (rows.dims.length > 1) return undefined;
    moves.push({
      slot: extra.source.slot,
      dtype: DTYPES[extra.type.dtype],
      rowStride: rows.strides[0]![0] ?? 0,
      colStride: strides.at(-1)!,
    });
  }
  return { nExtras: moves.length, extras: moves, resultRegister: code.results[0]!, ...code.fields };
}

const NO_EPILOGUE: Fields = { nExtras: 0, extras: [], resultRegister: 0, nRegisters: 1, nSteps: 0, steps: [] };

type ConvAttributes = WindowAttributes & { readonly groups: number | undefined };

/** The words of a convolution of images; `undefined` for volumes. */
function convFields(input: Shape, filter: Shape, attrs: ConvAttributes): Fields | undefined {
  const geometry = convGeometry('plan', input, filter, attrs);
  const window = planarWindow(geometry.axes);
  if (!window) return undefined;
  const { groups, inChannels, outChannels, batch } = geometry;
  return { ...window, n: batch, ci: groups * inChannels, co: groups * outChannels, groups };
}

export const encodeConv: Encoder = defineEncoder<ConvAttributes & WithEpilogue>(
  ({ attrs: { epilogue, ...attrs }, inputs: [x, w, ...extras], outputs: [y] }) => {
    const conv = convFields(x!.type.shape, w!.type.shape, attrs);
    const tail = epilogueFields(epilogue, extras, y!.type.shape);
    return conv && tail && { opcode: 'conv', fields: { ...conv, x: x!.slot, filter: w!.slot, out: y!.slot, ...tail } };
  },
);

export const encodeConvInputGrad: Encoder = defineEncoder<ConvAttributes & WithEpilogue & { inputShape: Shape }>(
  ({ attrs: { epilogue, inputShape, ...attrs }, inputs: [dy, w, ...extras], outputs: [dx] }) => {
    const conv = convFields(inputShape, w!.type.shape, attrs);
    const tail = epilogueFields(epilogue, extras, inputShape);
    if (!conv || !tail) return undefined;
    return { opcode: 'convInputGrad', fields: { ...conv, dy: dy!.slot, filter: w!.slot, out: dx!.slot, ...tail } };
  },
);

export const encodeConvFilterGrad: Encoder = defineEncoder<ConvAttributes & { filterShape: Shape }>(
  ({ attrs: { filterShape, ...attrs }, inputs: [x, dy], outputs: [dw] }) => {
    const conv = convFields(x!.type.shape, filterShape, attrs);
    return conv && { opcode: 'convFilterGrad', fields: { ...conv, x: x!.slot, dy: dy!.slot, out: dw!.slot } };
  },
);

function depthwiseFields(input: Shape, filter: Shape, attrs: WindowAttributes): Fields {
  const { axes, batch, groups, outChannels } = depthwiseGeometry('plan', input, filter, attrs);
  return { ...planarWindow(axes)!, n: batch, c: groups, mult: outChannels };
}

export const encodeDepthwiseConv: Encoder = defineEncoder<WindowAttributes & WithEpilogue>(
  ({ attrs: { epilogue, ...attrs }, inputs: [x, w, ...extras], outputs: [y] }): Part | undefined => {
    const fields = depthwiseFields(x!.type.shape, w!.type.shape, attrs);
    const tail = epilogueFields(epilogue, extras, y!.type.shape);
    return (
      tail && { opcode: 'depthwiseConv', fields: { ...fields, x: x!.slot, filter: w!.slot, out: y!.slot, ...tail } }
    );
  },
);

export const encodeDepthwiseInputGrad: Encoder = defineEncoder<WindowAttributes & { inputShape: Shape }>(
  ({ attrs: { inputShape, ...attrs }, inputs: [dy, w], outputs: [dx] }) => {
    const fields = depthwiseFields(inputShape, w!.type.shape, attrs);
    return { opcode: 'depthwiseInputGrad', fields: { ...fields, dy: dy!.slot, filter: w!.slot, out: dx!.slot } };
  },
);

export const encodeDepthwiseFilterGrad: Encoder = defineEncoder<WindowAttributes & { filterShape: Shape }>(
  ({ attrs: { filterShape, ...attrs }, inputs: [x, dy], outputs: [dw] }) => {
    const fields = depthwiseFields(x!.type.shape, filterShape, attrs);
    return { opcode: 'depthwiseFilterGrad', fields: { ...fields, x: x!.slot, dy: dy!.slot, out: dw!.slot } };
  },
);
