import { type ConvGeometry, convGeometry } from './conv-geometry.ts';
import { addPatches } from './patches.ts';
import { type Block, imagesAtOnce, type Space, type SpaceKernel, withScratch } from './space.ts';
import { transposeMatrix } from './transpose.ts';

/**
 * The gradient of a convolution with respect to its input. Where the backend has a fast convolution and the strides are
 * 1, that of `dy` with the flipped filter; else `dy · filterᵀ`, added back patch by patch.
 */
export const conv2dBackpropInput: SpaceKernel = {
  name: 'Conv2DBackpropInput',
  run: ({ space, inputs: { dy, filter }, attrs }) => {
    const g = convGeometry('Conv2DBackpropInput', attrs.inputShape as number[], filter!.shape, attrs);
    const out = space.output(g.inShape);
    const images = space.of(out);
    const [gradient, weights] = [space.of(dy!), space.of(filter!)];
    if (convolveBack(space, gradient, weights, images, g)) return out;
    images.view().fill(0);
    addInputGradient(space, gradient, weights, images, g);
    return out;
  },
};

/** Adds the input's gradient to `images`, of the input's size; they are zero at first. */
export function addInputGradient(space: Space, gradient: Block, weights: Block, images: Block, g: ConvGeometry): void {
  if (images.length === 0 || gradient.length === 0 || weights.length === 0) return;
  const imageSize = g.inHeight * g.inWidth * g.inChannels;
  const positions = g.outHeight * g.outWidth;
  const patchSize = g.filterHeight * g.filterWidth * g.inChannels;
  const step = imagesAtOnce(g.batch, positions * patchSize);
  withScratch(space, [step * positions * patchSize], (rows) => {
    for (let first = 0; first < g.batch; first += step) {
      const count = Math.min(step, g.batch - first);
      const gradientNow = gradient.part(first * positions * g.outChannels, count * positions * g.outChannels);
      const rowsNow = rows!.part(0, count * positions * patchSize);
      space.multiply(gradientNow, weights, rowsNow, count * positions, g.outChannels, patchSize, { transposeB: true });
      addPatches(rowsNow.view(), count, images.part(first * imageSize, count * imageSize).view(), g);
    }
  });
}

/** The gradient by a convolution of `dy` with the flipped filter, for strides of 1. Says whether that was possible. */
function convolveBack(space: Space, gradient: Block, weights: Block, images: Block, g: ConvGeometry): boolean {
  const top = g.dilationHeight * (g.filterHeight - 1) - g.top;
  const left = g.dilationWidth * (g.filterWidth - 1) - g.left;
  if (!space.convolve || g.strideHeight !== 1 || g.strideWidth !== 1 || top < 0 || left < 0) return false;
  if (images.length === 0 || gradient.length === 0 || weights.length === 0) return false;
  withScratch(space, [weights.length], (flipped) => {
    flipFilter(weights.view(), flipped!.view(), g);
    space.convolve!(gradient, flipped!, images, backwardGeometry(g, top, left));
  });
  return true;
}

/** `[y, x, in, out]` → `[−y, −x, out, in]`. */
function flipFilter(weights: Float32Array, flipped: Float32Array, g: ConvGeometry): void {
  const taps = g.filterHeight * g.filterWidth;
  const size = g.inChannels * g.outChannels;
  for (let tap = 0; tap < taps; tap++)
    transposeMatrix(
      weights.subarray(tap * size, (tap + 1) * size),
      flipped.subarray((taps - 1 - tap) * size, (taps - tap) * size),
      g.inChannels,
      g.outChannels,
    );
}

/** The convolution that carries `dy` back to the input: input and output changed places. */
const backwardGeometry = (g: ConvGeometry, top: number, left: number): ConvGeometry => ({
  ...g,
  inHeight: g.outHeight,
  inWidth: g.outWidth,
  inChannels: g.outChannels,
  inShape: g.outShape,
  outHeight: g.inHeight,
  outWidth: g.inWidth,
  outChannels: g.inChannels,
  outShape: g.inShape,
  top,
  left,
});
