import { backend_util } from '@tensorflow/tfjs-core';

/** Windows over `[batch, depth, height, width, channels]`; images are volumes of depth 1. */
export interface PoolGeometry {
  readonly batch: number;
  readonly channels: number;
  /** Depth, height and width, of each. */
  readonly inSize: Triple;
  readonly outSize: Triple;
  readonly filter: Triple;
  readonly strides: Triple;
  readonly before: Triple;
  readonly inShape: readonly number[];
  readonly outShape: readonly number[];
}

type Triple = readonly [number, number, number];

/** Reads the geometry of tfjs's pooling kernels, over images or volumes as the rank of `shape` says. */
export function poolGeometry(shape: readonly number[], attrs: Readonly<Record<string, unknown>>): PoolGeometry {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as PoolAttributes;
  if (shape.length === 5) {
    const info = backend_util.computePool3DInfo(
      shape as never,
      filterSize as never,
      strides as never,
      1,
      pad as never,
      dimRoundingMode,
    );
    return {
      batch: info.batchSize,
      channels: info.inChannels,
      inSize: [info.inDepth, info.inHeight, info.inWidth],
      outSize: [info.outDepth, info.outHeight, info.outWidth],
      filter: [info.filterDepth, info.filterHeight, info.filterWidth],
      strides: [info.strideDepth, info.strideHeight, info.strideWidth],
      before: [info.padInfo.front, info.padInfo.top, info.padInfo.left],
      inShape: info.inShape,
      outShape: info.outShape,
    };
  }
  const info = backend_util.computePool2DInfo(
    shape as never,
    filterSize as never,
    strides as never,
    1,
    pad,
    dimRoundingMode,
  );
  return {
    batch: info.batchSize,
    channels: info.inChannels,
    inSize: [1, info.inHeight, info.inWidth],
    outSize: [1, info.outHeight, info.outWidth],
    filter: [1, info.filterHeight, info.filterWidth],
    strides: [1, info.strideHeight, info.strideWidth],
    before: [0, info.padInfo.top, info.padInfo.left],
    inShape: info.inShape,
    outShape: info.outShape,
  };
}

interface PoolAttributes {
  readonly filterSize: number | readonly number[];
  readonly strides: number | readonly number[];
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/**
 * Calls `visit` for each window with where its output stands and where its input positions stand, channels first to
 * last at each. `positions` is used again for the next window; only the first `count` count.
 */
export function visitWindows(
  g: PoolGeometry,
  visit: (outAt: number, positions: Int32Array, count: number) => void,
): void {
  const positions = new Int32Array(g.filter[0] * g.filter[1] * g.filter[2]);
  const [inDepth, inHeight, inWidth] = g.inSize;
  const [outDepth, outHeight, outWidth] = g.outSize;
  let outAt = 0;
  for (let image = 0; image < g.batch; image++)
    for (let outZ = 0; outZ < outDepth; outZ++)
      for (let outY = 0; outY < outHeight; outY++)
        for (let outX = 0; outX < outWidth; outX++, outAt += g.channels) {
          const z = outZ * g.strides[0] - g.before[0];
          const y = outY * g.strides[1] - g.before[1];
          const x = outX * g.strides[2] - g.before[2];
          const zEnd = Math.min(inDepth, z + g.filter[0]);
          const yEnd = Math.min(inHeight, y + g.filter[1]);
          const xEnd = Math.min(inWidth, x + g.filter[2]);
          let count = 0;
          for (let inZ = Math.max(z, 0); inZ < zEnd; inZ++)
            for (let inY = Math.max(y, 0); inY < yEnd; inY++)
              for (let inX = Math.max(x, 0); inX < xEnd; inX++)
                positions[count++] = (((image * inDepth + inZ) * inHeight + inY) * inWidth + inX) * g.channels;
          visit(outAt, positions, count);
        }
}

/** For each channel of a window, where its first greatest value stands. NaN is greater than any number. */
export function findGreatest(
  values: ArrayLike<number>,
  positions: Int32Array,
  count: number,
  greatest: Int32Array,
): void {
  const channels = greatest.length;
  for (let channel = 0, first = positions[0]!; channel < channels; channel++) greatest[channel] = first + channel;
  for (let i = 1; i < count; i++) {
    const position = positions[i]!;
    for (let channel = 0; channel < channels; channel++) {
      const best = values[greatest[channel]!]!;
      // Greater, or one of the two is NaN: the first NaN stays.
      if (!(values[position + channel]! <= best) && !Number.isNaN(best)) greatest[channel] = position + channel;
    }
  }
}
