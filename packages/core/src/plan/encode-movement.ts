import type { ProgramDType } from '../program/program.ts';
import { type Layout, rowMajor } from '../program/strided.ts';
import type { Shape } from '../tensor/shape.ts';
import { bitsOf } from './bits.ts';
import { atLeastOne, collapse } from './collapse.ts';
import {
  aroundAxis,
  defineEncoder,
  type Encoder,
  elementBytes,
  type Operand,
  type Part,
  stridesAs,
} from './encoder.ts';

/** Copies the elements of a shape from where they lie in one operand to where they lie in another. */
export function copyPart(x: Operand, shape: Shape, from: Layout, y: Operand, to?: Layout): Part {
  const { slot, isRepeated } = x.source;
  const { offset, strides } = isRepeated ? { offset: 0, strides: shape.map(() => 0) } : from;
  return copySlots(
    elementBytes(x.type.dtype),
    shape,
    { slot, offset, strides },
    { slot: y.slot, ...placed(shape, to) },
  );
}

const placed = (shape: Shape, to: Layout | undefined): Layout => to ?? { offset: 0, strides: rowMajor(shape) };

/** Elements in a slot. */
type SlotLayout = Layout & { readonly slot: number };

/** Copies elements of so many bytes from slot to slot. */
export function copySlots(bytes: number, shape: Shape, from: SlotLayout, to: SlotLayout): Part {
  const walk = atLeastOne(collapse(shape, [from.strides, to.strides]));
  return {
    opcode: 'copy',
    fields: {
      elementBytes: bytes,
      rank: walk.dims.length,
      dims: walk.dims,
      source: from.slot,
      sourceOffset: from.offset,
      sourceStrides: walk.strides[0]!,
      out: to.slot,
      outOffset: to.offset,
      outStrides: walk.strides[1]!,
    },
  };
}

const fillPart = (value: number, dtype: ProgramDType, y: Operand): Part => ({
  opcode: 'fill',
  fields: { elementBytes: elementBytes(dtype), count: y.size, bits: bitsOf(value, dtype), out: y.slot },
});

export const encodeFill: Encoder = defineEncoder<{ value: number }>(({ attrs: { value }, outputs: [y] }) =>
  fillPart(value, y!.type.dtype, y!),
);

export const encodeIota: Encoder = defineEncoder<{ axis: number }>(({ attrs: { axis }, outputs: [y], constant }) => {
  const { shape } = y!.type;
  const slot = constant(
    Int32Array.from({ length: shape[axis]! }, (_, i) => i),
    'int32',
  );
  const strides = shape.map((_, place) => Number(place === axis));
  return copySlots(4, shape, { slot, offset: 0, strides }, { slot: y!.slot, ...placed(shape, undefined) });
});

export const encodeTranspose: Encoder = defineEncoder<{ perm: readonly number[] }>(
  ({ attrs: { perm }, inputs: [x], outputs: [y] }) => {
    const strides = rowMajor(x!.type.shape);
    return copyPart(x!, y!.type.shape, { offset: 0, strides: perm.map((axis) => strides[axis]!) }, y!);
  },
);

export const encodeBroadcast: Encoder = defineEncoder(({ inputs: [x], outputs: [y] }) => {
  const { shape } = y!.type;
  return copyPart(x!, shape, { offset: 0, strides: stridesAs(x!, shape) }, y!);
});

export const encodeSlice: Encoder = defineEncoder<{ begin: readonly number[]; strides: readonly number[] }>(
  ({ attrs: { begin, strides }, inputs: [x], outputs: [y] }) => {
    const steps = rowMajor(x!.type.shape);
    const offset = begin.reduce((sum, start, axis) => sum + start * steps[axis]!, 0);
    return copyPart(x!, y!.type.shape, { offset, strides: steps.map((step, axis) => step * strides[axis]!) }, y!);
  },
);

export const encodeReverse: Encoder = defineEncoder<{ axes: readonly number[] }>(
  ({ attrs: { axes }, inputs: [x], outputs: [y] }) => {
    const { shape } = x!.type;
    const strides = rowMajor(shape);
    const offset = axes.reduce((sum, axis) => sum + (shape[axis]! - 1) * strides[axis]!, 0);
    return copyPart(x!, shape, { offset, strides: strides.map((step, i) => (axes.includes(i) ? -step : step)) }, y!);
  },
);

export const encodeConcat: Encoder = defineEncoder<{ axis: number }>(({ attrs: { axis }, inputs, outputs: [y] }) => {
  const strides = rowMajor(y!.type.shape);
  let offset = 0;
  return inputs.flatMap((x) => {
    const { shape } = x.type;
    const to = { offset, strides };
    offset += shape[axis]! * strides[axis]!;
    if (x.size === 0) return [];
    return [{ ...copyPart(x, shape, { offset: 0, strides: rowMajor(shape) }, y!, to), isIndependent: true }];
  });
});

type Pads = readonly (readonly [number, number])[];

export const encodePad: Encoder = defineEncoder<{ pads: Pads; value: number }>(
  ({ attrs: { pads, value }, inputs: [x], outputs: [y] }) => {
    const { shape, dtype } = x!.type;
    const strides = rowMajor(y!.type.shape);
    const offset = pads.reduce((sum, [before], axis) => sum + before * strides[axis]!, 0);
    const copy = copyPart(x!, shape, { offset: 0, strides: rowMajor(shape) }, y!, { offset, strides });
    if (x!.size === y!.size) return copy;
    return x!.size ? [fillPart(value, dtype, y!), copy] : fillPart(value, dtype, y!);
  },
);

/** A part of an axis of the output: so many elements from `to` on, of the input from `from` on, forwards or backwards. */
interface Span {
  readonly to: number;
  readonly from: number;
  readonly length: number;
  readonly step: 1 | -1;
}

/** One copy for each combination of the parts of the axes: mirrored before, as it is, mirrored behind. */
export const encodeMirrorPad: Encoder = defineEncoder<{ pads: Pads; mode: 'reflect' | 'symmetric' }>(
  ({ attrs: { pads, mode }, inputs: [x], outputs: [y] }) => {
    const { shape } = x!.type;
    const apart = Number(mode === 'reflect');
    const [inner, outer] = [rowMajor(shape), rowMajor(y!.type.shape)];
    const combinations = pads.reduce<readonly (readonly Span[])[]>(
      (all, [before, after], axis) => {
        const spans = mirrorSpans(before, shape[axis]!, after, apart);
        return all.flatMap((chosen) => spans.map((span) => [...chosen, span]));
      },
      [[]],
    );
    return combinations.map((spans) => {
      const from = spans.reduce((sum, span, axis) => sum + span.from * inner[axis]!, 0);
      const to = spans.reduce((sum, span, axis) => sum + span.to * outer[axis]!, 0);
      const strides = spans.map(({ step }, axis) => step * inner[axis]!);
      const lengths = spans.map(({ length }) => length);
      return {
        ...copyPart(x!, lengths, { offset: from, strides }, y!, { offset: to, strides: outer }),
        isIndependent: true,
      };
    });
  },
);

function mirrorSpans(before: number, length: number, after: number, apart: number): readonly Span[] {
  const spans: readonly Span[] = [
    { to: 0, from: before - 1 + apart, length: before, step: -1 },
    { to: before, from: 0, length, step: 1 },
    { to: before + length, from: length - 1 - apart, length: after, step: -1 },
  ];
  return spans.filter((span) => span.length > 0);
}

export const encodeDynamicSlice: Encoder = defineEncoder<{ axis: number; size: number }>(
  ({ attrs: { axis, size }, inputs: [x, start], outputs: [y] }) => ({
    opcode: 'dynamicSlice',
    fields: {
      elementBytes: elementBytes(x!.type.dtype),
      ...aroundAxis(x!.type.shape, axis),
      size,
      start: start!.slot,
      x: x!.slot,
      out: y!.slot,
    },
  }),
);
