import { isEachElement, type WindowAttributes, type WindowAxis, windowAxes } from '../program/primitives/geometry.ts';
import type { Instruction, InstructionAttributes, ValueId } from '../program/program.ts';
import type { Shape } from '../tensor/shape.ts';
import { reshaped } from './reshapes.ts';
import type { ProgramView, Rule } from './rewrite.ts';
import { joined, merged, paddedAlong, partOf, reordered, zeros } from './volume-axes.ts';

/*
 * Convolutions of volumes `[n, depth, h, w, in]` with filters `[kd, kh, kw, in, out]` as convolutions of images.
 *
 * - The planes that the taps along the depth read lie side by side as channels: `[n · depth, h, w, kd · in]`, and the filter is
 *   `[kh, kw, kd · in, out]`.
 * - The gradients are those of a convolution that makes the products of all taps of each plane, with a filter
 *   `[kh, kw, in, kd · out]`: so they read the input itself, and nothing large is kept for them. With strides, planes that leave
 *   the same rest meet the same taps, and are a convolution of their own.
 * - Where the window is a single pixel of each plane, the depth is the height of images and the planes are their rows.
 */

export const conv: Rule = ({ primitive, inputs, attrs }, view) => {
  const [x, w] = inputs as [ValueId, ValueId];
  const volume = primitive === 'conv' && volumeOf(view.typeOf(x).shape, view.typeOf(w).shape, attrs);
  if (!volume) return undefined;
  const { depth, input, planes, isColumn } = volume;
  const [n, , height, width, channels] = input;
  const [taps, , , , filters] = volume.filter;
  if (isColumn) {
    const image = reshaped(x, [n, depth.input, height * width, channels], view);
    const column = reshaped(w, [taps, 1, channels, filters], view);
    const [y] = view.emit({ primitive, inputs: [image, column], attrs: { ...attrs, ...ofColumn(attrs) } });
    return [reshaped(y!, [n, depth.output, height, width, filters], view)];
  }
  const { before, output, stride, dilation } = depth;
  const after = Math.max(0, (output - 1) * stride + (taps - 1) * dilation + 1 - before - depth.input);
  const source = paddedAlong(view, x, 1, before, after);
  const read = range(taps).map((tap) =>
    partOf(view, source, 1, { start: tap * dilation, count: output, step: stride }),
  );
  const images = merged(view, joined(view, read, 4), 0);
  const kernel = merged(view, reordered(view, w, [1, 2, 0, 3, 4]), 2);
  const [y] = view.emit({ primitive, inputs: [images, kernel], attrs: { ...attrs, ...planes } });
  return [reshaped(y!, [n, output, ...view.typeOf(y!).shape.slice(1)], view)];
};

export const convInputGrad: Rule = ({ primitive, inputs, attrs }, view) => {
  const [dy, w] = inputs as [ValueId, ValueId];
  const inputShape = attrs.inputShape as Shape;
  const volume = primitive === 'convInputGrad' && volumeOf(inputShape, view.typeOf(w).shape, attrs);
  if (!volume) return undefined;
  const { depth, input, planes, isColumn } = volume;
  const [n, , height, width, channels] = input;
  const [taps, , , , filters] = volume.filter;
  if (isColumn) {
    const image = reshaped(dy, [n, depth.output, height * width, filters], view);
    const column = reshaped(w, [taps, 1, channels, filters], view);
    const shape = [n, depth.input, height * width, channels];
    const own = { ...attrs, ...ofColumn(attrs), inputShape: shape };
    return [reshaped(view.emit({ primitive, inputs: [image, column], attrs: own })[0]!, inputShape, view)];
  }
  const found = phasesOf(depth).map(({ count, taps }) => {
    const shape = [n, count, height, width, channels];
    if (taps.length === 0) return zeros(view, shape);
    const chosen = joined(
      view,
      taps.map(({ tap }) => partOf(view, w, 0, { start: tap, count: 1 })),
      0,
    );
    const kernel = merged(view, reordered(view, chosen, [1, 2, 3, 0, 4]), 3);
    const own = { ...attrs, ...planes, inputShape: [n * count, height, width, channels] };
    const [dx] = view.emit({ primitive, inputs: [gathered(view, dy, depth, count, taps), kernel], attrs: own });
    return reshaped(dx!, shape, view);
  });
  return [interleaved(view, found, depth.input)];
};

export const convFilterGrad: Rule = ({ primitive, inputs, attrs }, view) => {
  const [x, dy] = inputs as [ValueId, ValueId];
  const filterShape = attrs.filterShape as Shape;
  const volume = primitive === 'convFilterGrad' && volumeOf(view.typeOf(x).shape, filterShape, attrs);
  if (!volume) return undefined;
  const { depth, input, planes, isColumn } = volume;
  const [n, , height, width, channels] = input;
  const [taps, kh, kw, , filters] = volume.filter;
  if (isColumn) {
    const images = reshaped(x, [n, depth.input, height * width, channels], view);
    const gradients = reshaped(dy, [n, depth.output, height * width, filters], view);
    const own = { ...attrs, ...ofColumn(attrs), filterShape: [taps, 1, channels, filters] };
    return [reshaped(view.emit({ primitive, inputs: [images, gradients], attrs: own })[0]!, filterShape, view)];
  }
  const found = new Array<ValueId | undefined>(taps).fill(undefined);
  for (const { start, count, taps } of phasesOf(depth)) {
    if (taps.length === 0) continue;
    const read = merged(view, partOf(view, x, 1, { start, count, step: depth.stride }), 0);
    const own = { ...attrs, ...planes, filterShape: [kh, kw, channels, taps.length * filters] };
    const [dw] = view.emit({ primitive, inputs: [read, gathered(view, dy, depth, count, taps)], attrs: own });
    const apart = reshaped(dw!, [kh, kw, channels, taps.length, filters], view);
    const byTap = reordered(view, apart, [3, 0, 1, 2, 4]);
    for (const [i, { tap }] of taps.entries()) found[tap] = partOf(view, byTap, 0, { start: i, count: 1 });
  }
  const parts = found.map((part) => part ?? zeros(view, filterShape.with(0, 1)));
  return [joined(view, parts, 0)];
};

type Five = readonly [number, number, number, number, number];

interface Volume {
  readonly input: Five;
  readonly filter: Five;
  readonly depth: WindowAxis;
  /** How the window slides over the planes. */
  readonly planes: InstructionAttributes;
  /** Whether the window is a single pixel of each plane. */
  readonly isColumn: boolean;
}

/** The sizes of a convolution of volumes that is nothing else besides; `undefined` for images and for groups. */
function volumeOf(input: Shape, filter: Shape, attrs: Instruction['attrs']): Volume | undefined {
  if (input.length !== 5 || attrs.epilogue !== undefined || ((attrs.groups as number | undefined) ?? 1) !== 1)
    return undefined;
  const { strides, dilations, pads } = attrs as unknown as WindowAttributes;
  const axes = windowAxes('expand-volumes', input, filter.slice(0, -2), { strides, dilations, pads });
  const isColumn = axes.slice(1).every(isEachElement);
  return {
    input: input as unknown as Five,
    filter: filter as unknown as Five,
    depth: axes[0]!,
    planes: { strides: strides.slice(1), dilations: dilations.slice(1), pads: pads.slice(1) },
    isColumn,
  };
}

/** How the window slides over images whose height is the depth. */
function ofColumn(attrs: Instruction['attrs']): InstructionAttributes {
  const { strides, dilations, pads } = attrs as unknown as WindowAttributes;
  return { strides: [strides[0]!, 1], dilations: [dilations[0]!, 1], pads: [pads[0]!, [0, 0]] };
}

/** Planes of the input that the same taps read: those at `start`, `start + stride` … */
interface DepthPhase {
  readonly start: number;
  readonly count: number;
  /** Each tap, and the plane of the output through which it reads the first of them; it may lie outside. */
  readonly taps: readonly { readonly tap: number; readonly output: number }[];
}

function phasesOf({ input, window, stride, dilation, before }: WindowAxis): DepthPhase[] {
  return range(Math.min(stride, input)).map((start) => ({
    start,
    count: Math.ceil((input - start) / stride),
    taps: range(window).flatMap((tap) => {
      const output = (start + before - tap * dilation) / stride;
      return Number.isInteger(output) ? [{ tap, output }] : [];
    }),
  }));
}

/** The gradients of the outputs that read each plane of a phase, tap by tap as channels: `[n · count, oh, ow, taps · out]`. */
function gathered(
  view: ProgramView,
  dy: ValueId,
  { output }: WindowAxis,
  count: number,
  taps: DepthPhase['taps'],
): ValueId {
  const first = taps.map((tap) => tap.output);
  const before = Math.max(0, -Math.min(...first));
  const after = Math.max(0, Math.max(...first) + count - output);
  const source = paddedAlong(view, dy, 1, before, after);
  const read = first.map((start) => partOf(view, source, 1, { start: start + before, count }));
  return merged(view, joined(view, read, 4), 0);
}

/** Planes of phases as one depth: the first of each, then the second of each … */
function interleaved(view: ProgramView, phases: readonly ValueId[], depth: number): ValueId {
  if (phases.length === 1) return phases[0]!;
  const count = Math.ceil(depth / phases.length);
  const filled = phases.map((phase) => {
    const { shape } = view.typeOf(phase);
    const full = paddedAlong(view, phase, 1, 0, count - shape[1]!);
    return reshaped(full, [shape[0]!, count, 1, ...shape.slice(2)], view);
  });
  return partOf(view, merged(view, joined(view, filled, 2), 1), 1, { start: 0, count: depth });
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
