import { backend_util } from '@tensorflow/tfjs-core';
import type { Shape } from '../tensor/shape.ts';
import { perDimension } from './gradient-helpers.ts';
import type { Attributes } from './spec.ts';

type Quad = [number, number, number, number];
type Quint = [number, number, number, number, number];

/** Padding before and after, one pair per spatial dimension. */
export type Padding = readonly (readonly [number, number])[];

/** What a convolution's attributes come to for given shapes. */
export interface ConvGeometry {
  readonly outShape: number[];
  readonly padding: Padding;
  readonly dilations: readonly number[];
}

/** The geometry of a 2D convolution, plain or depthwise. */
export function conv2dGeometry(input: Shape, filter: Shape, attrs: Attributes, depthwise = false): ConvGeometry {
  const dilations = perDimension(attrs.dilations, 2);
  const { outShape, padInfo } = backend_util.computeConv2DInfo(
    [...input] as Quad,
    [...filter] as Quad,
    attrs.strides as number,
    dilations as [number, number],
    attrs.pad as 'same',
    attrs.dimRoundingMode as undefined,
    depthwise,
    attrs.dataFormat === 'NCHW' ? 'channelsFirst' : 'channelsLast',
  );
  const { top, bottom, left, right } = padInfo;
  return {
    outShape,
    dilations,
    padding: [
      [top, bottom],
      [left, right],
    ],
  };
}

/** The geometry of a 3D convolution. */
export function conv3dGeometry(input: Shape, filter: Shape, attrs: Attributes): ConvGeometry {
  const dilations = perDimension(attrs.dilations, 3);
  const { outShape, padInfo } = backend_util.computeConv3DInfo(
    [...input] as Quint,
    [...filter] as Quint,
    attrs.strides as number,
    dilations as [number, number, number],
    attrs.pad as 'same',
  );
  const { front, back, top, bottom, left, right } = padInfo;
  return {
    outShape,
    dilations,
    padding: [
      [front, back],
      [top, bottom],
      [left, right],
    ],
  };
}

/** Whether a convolution looks at inputs apart from each other. */
export const isDilated = (attrs: Attributes): boolean => perDimension(attrs.dilations, 1).some((step) => step > 1);
