import { ArgumentError, ShapeError, showShape } from '../../errors.ts';
import { type Shape, sizeOf } from '../../tensor/shape.ts';
import type { AttributesOf } from '../attributes.ts';

/** The attributes of every primitive that slides a window over spatial axes. `pads`: before and after each axis. */
export const WINDOW_ATTRIBUTES = { strides: 'integers', dilations: 'integers', pads: 'pairs' } as const;

/** The values of {@link WINDOW_ATTRIBUTES}: one entry per spatial axis. */
export type WindowAttributes = AttributesOf<typeof WINDOW_ATTRIBUTES>;

/** How a window slides along one spatial axis. */
export interface WindowAxis {
  /** The lengths of the axis before and after. */
  readonly input: number;
  readonly output: number;
  /** The number of taps of the window; neighbours are `dilation` apart. */
  readonly window: number;
  readonly stride: number;
  readonly dilation: number;
  /** The padding before the axis; what lies in the padding is no element of any window. */
  readonly before: number;
}

/**
 * How a window slides over the spatial axes of `input` (between batch and channels), from 1 to 3 of them:
 * `output = ⌊(input + pads - dilation · (window - 1) - 1) / stride⌋ + 1`.
 *
 * @throws {ShapeError} The rank is not 3, 4 or 5, or the window is larger than the padded input.
 * @throws {ArgumentError} An attribute that is too small, or of another length than the window.
 */
export function windowAxes(who: string, input: Shape, window: Shape, attrs: WindowAttributes): WindowAxis[] {
  const spatial = input.slice(1, -1);
  if (spatial.length < 1 || spatial.length > 3) {
    const expected = '[batch, …1 to 3 spatial axes, channels]';
    throw new ShapeError(`${who}: expected an input of shape ${expected}, received ${showShape(input)}.`);
  }
  if (window.length !== spatial.length) {
    const lengths = `${spatial.length} spatial axes of ${showShape(input)}`;
    throw new ShapeError(`${who}: the window ${showShape(window)} has not the ${lengths}.`);
  }
  requireSteps(who, 'window', window, spatial.length, 1);
  requireSteps(who, 'strides', attrs.strides, spatial.length, 1);
  requireSteps(who, 'dilations', attrs.dilations, spatial.length, 1);
  requireSteps(who, 'pads', attrs.pads, spatial.length, 0);
  return spatial.map((length, axis) => {
    const [before, after] = attrs.pads[axis]!;
    const [taps, stride, dilation] = [window[axis]!, attrs.strides[axis]!, attrs.dilations[axis]!];
    const room = before + length + after - (dilation * (taps - 1) + 1);
    if (room < 0) {
      const padded = `${before} + ${length} + ${after}`;
      throw new ShapeError(
        `${who}: spatial axis ${axis} is shorter with its padding, ${padded}, than the window, ${taps} of dilation ${dilation}.`,
      );
    }
    return { input: length, output: Math.floor(room / stride) + 1, window: taps, stride, dilation, before };
  });
}

function requireSteps(
  who: string,
  argument: string,
  value: readonly (number | readonly number[])[],
  count: number,
  least: number,
): void {
  if (value.length === count && value.flat().every((step) => step >= least)) return;
  throw new ArgumentError(who, argument, `of length ${count}, with no number below ${least}`, value);
}

/** Whether the window at each place is the one element there. */
export const isEachElement = ({ input, output, window, stride, before }: WindowAxis): boolean =>
  window === 1 && before === 0 && output === input && (stride === 1 || output === 1);

/** The taps of the window at `output` that lie inside the input: from `first` up to, not including, `end`. */
function tapsInside(axis: WindowAxis, output: number): { start: number; first: number; end: number } {
  const start = output * axis.stride - axis.before;
  return {
    start,
    first: Math.max(0, Math.ceil(-start / axis.dilation)),
    end: Math.min(axis.window, Math.ceil((axis.input - start) / axis.dilation)),
  };
}

const SINGLE: WindowAxis = { input: 1, output: 1, window: 1, stride: 1, dilation: 1, before: 0 };

/**
 * Visits which element of the output depends on which element of the input through which tap of the window, each by its
 * position among the spatial axes. Padding is left out. Outputs come in order, and the taps of each in order: so for every
 * output, for every input and for every tap, what belongs to it comes in the order in which tfjs's kernels add it up.
 */
export function eachTap(
  axes: readonly WindowAxis[],
  visit: (output: number, input: number, tap: number) => void,
): void {
  const three = [...new Array<WindowAxis>(3 - axes.length).fill(SINGLE), ...axes];
  const [depth, height, width] = three as [WindowAxis, WindowAxis, WindowAxis];
  const spans = three.map((axis) => Array.from({ length: axis.output }, (_, output) => tapsInside(axis, output)));
  let output = 0;
  for (const z of spans[0]!) {
    for (const y of spans[1]!) {
      for (const x of spans[2]!) {
        for (let i = z.first; i < z.end; i++) {
          const plane = (z.start + i * depth.dilation) * height.input;
          for (let j = y.first; j < y.end; j++) {
            const row = (plane + y.start + j * height.dilation) * width.input + x.start;
            const tap = (i * height.window + j) * width.window;
            for (let k = x.first; k < x.end; k++) visit(output, row + k * width.dilation, tap + k);
          }
        }
        output++;
      }
    }
  }
}

/** How often {@link eachTap} visits: the windows without padding. */
export function tapCount(axes: readonly WindowAxis[]): number {
  return axes.reduce((product, axis) => {
    let taps = 0;
    for (let output = 0; output < axis.output; output++) {
      const { first, end } = tapsInside(axis, output);
      taps += Math.max(0, end - first);
    }
    return product * taps;
  }, 1);
}

/** A convolution in numbers. */
export interface ConvGeometry {
  readonly axes: readonly WindowAxis[];
  readonly batch: number;
  /** The positions of an image before and after, without channels. */
  readonly inputSize: number;
  readonly outputSize: number;
  readonly groups: number;
  /** Channels of each group. */
  readonly inChannels: number;
  readonly outChannels: number;
  readonly outShape: Shape;
  /** Multiplications, each with one addition. Taps in the padding do not count. */
  readonly products: number;
}

/**
 * The convolution of `input` `[batch, …spatial, groups · in]` with `filter` `[…window, in, groups · out]`.
 *
 * @throws {ShapeError} The shapes do not fit together.
 */
export function convGeometry(
  who: string,
  input: Shape,
  filter: Shape,
  { groups = 1, ...window }: WindowAttributes & { readonly groups: number | undefined },
): ConvGeometry {
  const axes = windowAxes(who, input, filter.slice(0, -2), window);
  const [channels, inChannels, filters] = [input.at(-1)!, filter.at(-2)!, filter.at(-1)!];
  if (groups < 1 || filters % groups !== 0 || inChannels * groups !== channels) {
    const counts = `${channels} channels and the filter ${showShape(filter)} in ${groups} groups`;
    throw new ShapeError(`${who}: ${counts} do not fit: expected [...window, channels / groups, filters].`);
  }
  const outChannels = filters / groups;
  return {
    ...spatialGeometry(input, axes, filters, inChannels * outChannels * groups),
    groups,
    inChannels,
    outChannels,
  };
}

/**
 * The convolution of each channel of `input` `[batch, height, width, channels]` with filters of its own, `filter`
 * `[…window, channels, multiplier]`: a convolution in as many groups as channels, whose filter has the same elements.
 *
 * @throws {ShapeError} The shapes do not fit together.
 */
export function depthwiseGeometry(who: string, input: Shape, filter: Shape, attrs: WindowAttributes): ConvGeometry {
  if (input.length !== 4) {
    throw new ShapeError(`${who}: expected images [batch, height, width, channels], received ${showShape(input)}.`);
  }
  const axes = windowAxes(who, input, filter.slice(0, -2), attrs);
  const [groups, given, outChannels] = [input.at(-1)!, filter.at(-2)!, filter.at(-1)!];
  if (given !== groups) {
    throw new ShapeError(
      `${who}: the filter ${showShape(filter)} is for ${given} channels, the input ${showShape(input)} has ${groups}.`,
    );
  }
  const filters = groups * outChannels;
  return { ...spatialGeometry(input, axes, filters, filters), groups, inChannels: 1, outChannels };
}

function spatialGeometry(
  input: Shape,
  axes: readonly WindowAxis[],
  filters: number,
  productsPerTap: number,
): Omit<ConvGeometry, 'groups' | 'inChannels' | 'outChannels'> {
  const batch = input[0]!;
  const outputs = axes.map(({ output }) => output);
  return {
    axes,
    batch,
    inputSize: sizeOf(input.slice(1, -1)),
    outputSize: sizeOf(outputs),
    outShape: [batch, ...outputs, filters],
    products: batch * tapCount(axes) * productsPerTap,
  };
}

/** Throws unless a gradient has the shape of what it is the gradient of. */
export function requireOutputShape(who: string, received: Shape, expected: Shape): void {
  if (received.length === expected.length && received.every((dim, axis) => dim === expected[axis])) return;
  throw new ShapeError(`${who}: expected \`dy\` of shape ${showShape(expected)}, received ${showShape(received)}.`);
}

/** Throws unless an index lies on an axis of `length`: no backend reads or writes beyond it. */
export function requireIndex(who: string, index: number, length: number): void {
  if (index < 0 || index >= length) throw new ArgumentError(who, 'indices', `from 0 to ${length - 1}`, index);
}
