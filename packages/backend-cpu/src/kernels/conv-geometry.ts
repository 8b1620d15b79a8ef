import { ArgumentError } from '@capas/core';
import { backend_util } from '@tensorflow/tfjs-core';

/** The sizes of a two-dimensional convolution over `[batch, height, width, channels]`. */
export interface ConvGeometry {
  readonly batch: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly top: number;
  readonly left: number;
  readonly inShape: readonly number[];
  readonly outShape: readonly number[];
  readonly filterShape: readonly number[];
}

/**
 * Reads the geometry from the attributes of tfjs's convolution kernels; `dilations`, which its gradient kernels lack,
 * may be among them.
 *
 * @throws ArgumentError for channels before the rows: `ops.conv` moves them to the end.
 */
export function convGeometry(
  who: string,
  inShape: readonly number[],
  filterShape: readonly number[],
  attrs: Readonly<Record<string, unknown>>,
  depthwise = false,
): ConvGeometry {
  const { strides, pad, dilations, dataFormat, dimRoundingMode } = attrs as unknown as ConvAttributes;
  if (dataFormat === 'NCHW') throw new ArgumentError(who, 'dataFormat', "'NHWC'", dataFormat);
  const info = backend_util.computeConv2DInfo(
    inShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    depthwise,
  );
  return {
    batch: info.batchSize,
    ...planeOf(info),
    inShape: info.inShape,
    outShape: info.outShape,
    filterShape,
  };
}

/** What a plane of a convolution has, of two axes or of three. */
type Plane = Omit<ConvGeometry, 'batch' | 'inShape' | 'outShape' | 'filterShape'>;

/** The plane's part of what tfjs works out, under our names. */
export function planeOf(info: backend_util.Conv2DInfo | backend_util.Conv3DInfo): Plane {
  return {
    inHeight: info.inHeight,
    inWidth: info.inWidth,
    inChannels: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    outChannels: info.outChannels,
    filterHeight: info.filterHeight,
    filterWidth: info.filterWidth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    dilationHeight: info.dilationHeight,
    dilationWidth: info.dilationWidth,
    top: info.padInfo.top,
    left: info.padInfo.left,
  };
}

interface ConvAttributes {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  readonly dilations?: number | [number, number];
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** The output positions `from … end − 1` whose input position `position · stride + offset` is within `0 … size − 1`. */
export function validRange(offset: number, stride: number, size: number, outSize: number): [number, number] {
  const from = Math.max(0, Math.ceil(-offset / stride));
  const end = Math.min(outSize, Math.floor((size - 1 - offset) / stride) + 1);
  return [from, Math.max(from, end)];
}
