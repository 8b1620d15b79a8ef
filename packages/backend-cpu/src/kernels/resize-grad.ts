import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { SpaceCall, SpaceKernel } from './space.ts';

/** The gradient of bilinear resizing: `dy` goes back to the four pixels it was mixed of, in their shares. */
export const resizeBilinearGrad: SpaceKernel = {
  name: 'ResizeBilinearGrad',
  run: (call) =>
    carryBack(call, (target, gradient, g) => {
      for (let y = 0; y < g.outHeight; y++) {
        const row = y * g.scaleY;
        const top = Math.floor(row);
        const bottom = Math.min(Math.ceil(row), g.inHeight - 1);
        for (let x = 0; x < g.outWidth; x++) {
          const column = x * g.scaleX;
          const left = Math.floor(column);
          const right = Math.min(Math.ceil(column), g.inWidth - 1);
          const [ofBottom, ofRight] = [row - top, column - left];
          const from = (y * g.outWidth + x) * g.channels;
          const add = (inY: number, inX: number, share: number): void => {
            const to = (inY * g.inWidth + inX) * g.channels;
            for (let channel = 0; channel < g.channels; channel++)
              target[to + channel] = target[to + channel]! + share * gradient[from + channel]!;
          };
          add(top, left, (1 - ofBottom) * (1 - ofRight));
          add(top, right, (1 - ofBottom) * ofRight);
          add(bottom, left, ofBottom * (1 - ofRight));
          add(bottom, right, ofBottom * ofRight);
        }
      }
    }),
};

/** The gradient of resizing by the nearest pixel: `dy` goes back to the pixel it was taken from. */
export const resizeNearestNeighborGrad: SpaceKernel = {
  name: 'ResizeNearestNeighborGrad',
  run: (call) =>
    carryBack(call, (target, gradient, g) => {
      const pick = g.alignCorners ? Math.round : Math.floor;
      for (let y = 0; y < g.outHeight; y++) {
        const row = Math.min(g.inHeight - 1, pick(y * g.scaleY));
        for (let x = 0; x < g.outWidth; x++) {
          const to = (row * g.inWidth + Math.min(g.inWidth - 1, pick(x * g.scaleX))) * g.channels;
          const from = (y * g.outWidth + x) * g.channels;
          for (let channel = 0; channel < g.channels; channel++)
            target[to + channel] = target[to + channel]! + gradient[from + channel]!;
        }
      }
    }),
};

interface ResizeGeometry {
  readonly inHeight: number;
  readonly inWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly channels: number;
  readonly scaleY: number;
  readonly scaleX: number;
  readonly alignCorners: boolean;
}

/** Makes the gradient of the images `[batch, height, width, channels]` and calls `add` for each image. */
function carryBack(
  { space, inputs: { images, dy }, attrs }: SpaceCall,
  add: (target: Float32Array, gradient: Float32Array, geometry: ResizeGeometry) => void,
): TensorInfo {
  const [batch, inHeight, inWidth, channels] = images!.shape as [number, number, number, number];
  const [, outHeight, outWidth] = dy!.shape as [number, number, number, number];
  const alignCorners = Boolean(attrs.alignCorners);
  const scale = (inSize: number, outSize: number): number =>
    alignCorners && outSize > 1 ? (inSize - 1) / (outSize - 1) : inSize / outSize;
  const out = space.output(images!.shape);
  const gradient = space.of(dy!).view();
  const target = space.of(out).view();
  target.fill(0);
  const [inSize, outSize] = [inHeight * inWidth * channels, outHeight * outWidth * channels];
  const [scaleY, scaleX] = [scale(inHeight, outHeight), scale(inWidth, outWidth)];
  const geometry = { inHeight, inWidth, outHeight, outWidth, channels, scaleY, scaleX, alignCorners };
  for (let i = 0; i < batch; i++)
    add(target.subarray(i * inSize, (i + 1) * inSize), gradient.subarray(i * outSize, (i + 1) * outSize), geometry);
  return out;
}
