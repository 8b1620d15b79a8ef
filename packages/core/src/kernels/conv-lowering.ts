import type { ProgramBuilder } from '../program/builder.ts';
import type { InstructionAttributes, ValueId } from '../program/program.ts';
import type { Shape } from '../tensor/shape.ts';
import { type ConvGeometry, conv2dGeometry, conv3dGeometry } from './conv-geometry.ts';
import { perDimension } from './gradient-helpers.ts';
import { emitOne, type Lower, lowerTail, reshapeTo, transposeTo } from './lowering.ts';
import type { Attributes } from './spec.ts';

/** The three kinds of convolution of tfjs, by their primitives: the product and its two gradients. */
export interface ConvKind {
  readonly forward: string;
  readonly inputGradient: string;
  readonly filterGradient: string;
  geometry(input: Shape, filter: Shape, attrs: Attributes): ConvGeometry;
}

const plain = { forward: 'conv', inputGradient: 'convInputGrad', filterGradient: 'convFilterGrad' };

/** Of images. */
export const conv2d: ConvKind = { ...plain, geometry: (x, filter, attrs) => conv2dGeometry(x, filter, attrs) };

/** Of volumes. */
export const conv3d: ConvKind = { ...plain, geometry: (x, filter, attrs) => conv3dGeometry(x, filter, attrs) };

/** Of each channel of images by itself. */
export const depthwise: ConvKind = {
  forward: 'depthwiseConv',
  inputGradient: 'depthwiseInputGrad',
  filterGradient: 'depthwiseFilterGrad',
  geometry: (x, filter, attrs) => conv2dGeometry(x, filter, attrs, true),
};

/** The convolution of `x` with `filter`. */
export const lowerConv =
  (kind: ConvKind): Lower<'x' | 'filter'> =>
  ({ builder, inputs: { x, filter }, attrs }) =>
    fromLast(builder, convolve(builder, kind, x, filter, attrs), attrs);

/** The convolution with bias and activation. */
export const lowerFusedConv =
  (kind: ConvKind): Lower<'x' | 'filter' | 'bias' | 'preluActivationWeights'> =>
  ({ builder, inputs, attrs }) => {
    const product = convolve(builder, kind, inputs.x, inputs.filter, attrs);
    const perChannel = (id: ValueId | undefined): ValueId | undefined =>
      id === undefined ? undefined : channelsLast(builder, id, attrs);
    const bias = perChannel(inputs.bias as ValueId | undefined);
    const slopes = perChannel(inputs.preluActivationWeights as ValueId | undefined);
    return fromLast(builder, lowerTail(builder, product, { bias, slopes, attrs }), attrs);
  };

/** The gradient with respect to the input. */
export const lowerConvInputGradient =
  (kind: ConvKind): Lower<'dy' | 'filter'> =>
  ({ builder, inputs: { dy, filter }, attrs }) => {
    const given = attrs.inputShape as Shape;
    const inputShape = isFirst(attrs) ? [given[0]!, given[2]!, given[3]!, given[1]!] : given;
    const window = windowOf(kind, given, builder.typeOf(filter).shape, attrs);
    const dx = emitOne(builder, kind.inputGradient, [toLast(builder, dy, attrs), filter], { inputShape, ...window });
    return fromLast(builder, dx, attrs);
  };

/** The gradient with respect to the filter. */
export const lowerConvFilterGradient =
  (kind: ConvKind): Lower<'x' | 'dy'> =>
  ({ builder, inputs: { x, dy }, attrs }) => {
    const filterShape = attrs.filterShape as Shape;
    const window = windowOf(kind, builder.typeOf(x).shape, filterShape, attrs);
    const [image, gradient] = [toLast(builder, x, attrs), toLast(builder, dy, attrs)];
    return emitOne(builder, kind.filterGradient, [image, gradient], { filterShape, ...window });
  };

/** The convolution, channels last. */
function convolve(builder: ProgramBuilder, kind: ConvKind, x: ValueId, filter: ValueId, attrs: Attributes): ValueId {
  const window = windowOf(kind, builder.typeOf(x).shape, builder.typeOf(filter).shape, attrs);
  return emitOne(builder, kind.forward, [toLast(builder, x, attrs), filter], window);
}

/** Strides, dilations and the padding that the windows really reach. */
function windowOf(kind: ConvKind, input: Shape, filter: Shape, attrs: Attributes): InstructionAttributes {
  const { outShape, padding, dilations } = kind.geometry(input, filter, attrs);
  const strides = perDimension(attrs.strides, dilations.length);
  const first = isFirst(attrs) ? 2 : 1;
  const pads = padding.map(([before], i) => {
    const reach = (outShape[first + i]! - 1) * strides[i]! + (filter[i]! - 1) * dilations[i]! + 1;
    return [before, Math.max(0, reach - before - input[first + i]!)];
  });
  return { strides, dilations, pads };
}

const isFirst = (attrs: Attributes): boolean => attrs.dataFormat === 'NCHW';

const toLast = (builder: ProgramBuilder, x: ValueId, attrs: Attributes): ValueId =>
  isFirst(attrs) ? transposeTo(builder, x, [0, 2, 3, 1]) : x;

const fromLast = (builder: ProgramBuilder, x: ValueId, attrs: Attributes): ValueId =>
  isFirst(attrs) ? transposeTo(builder, x, [0, 3, 1, 2]) : x;

/** A bias or slopes that stand by channels first, `[c, 1, 1]`, made to stand by channels last; a list stays. */
function channelsLast(builder: ProgramBuilder, id: ValueId, attrs: Attributes): ValueId {
  const { shape } = builder.typeOf(id);
  if (!isFirst(attrs) || shape.length <= 1) return id;
  const full = reshapeTo(builder, id, [...new Array<number>(4 - shape.length).fill(1), ...shape]);
  return transposeTo(builder, full, [0, 2, 3, 1]);
}
