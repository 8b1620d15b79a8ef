import { type ConvGeometry, convGeometry, validRange } from './conv-geometry.ts';
import type { SpaceKernel } from './space.ts';

/**
 * The gradient of a depthwise convolution with respect to its filter `[height, width, channels, multiplier]`:
 * `Σ x · dy` over the positions that a tap sees, summed in float64.
 */
export const depthwiseConv2dBackpropFilter: SpaceKernel = {
  name: 'DepthwiseConv2dNativeBackpropFilter',
  run: ({ space, inputs: { x, dy }, attrs }) => {
    const g = convGeometry('DepthwiseConv2dNativeBackpropFilter', x!.shape, attrs.filterShape as number[], attrs, true);
    const out = space.output(g.filterShape);
    const images = space.of(x!).view();
    const gradient = space.of(dy!).view();
    const target = space.of(out).view();
    const sums = new Float64Array(g.outChannels);
    visitTaps(g, (tap, offsetY, offsetX) => {
      sums.fill(0);
      visitPairs(g, offsetY, offsetX, (imageAt, gradientAt) =>
        addProducts(images, imageAt, gradient, gradientAt, sums, g),
      );
      target.set(sums, tap * g.outChannels);
    });
    return out;
  },
};

function addProducts(
  images: Float32Array,
  imageAt: number,
  gradient: Float32Array,
  gradientAt: number,
  sums: Float64Array,
  g: ConvGeometry,
): void {
  const multiplier = g.outChannels / g.inChannels;
  for (let channel = 0, i = 0; channel < g.inChannels; channel++) {
    const value = images[imageAt + channel]!;
    for (let copy = 0; copy < multiplier; copy++, i++) sums[i] = sums[i]! + value * gradient[gradientAt + i]!;
  }
}

/** Calls `visit` for every tap of the filter with its number and its offset from an output position times the stride. */
export function visitTaps(g: ConvGeometry, visit: (tap: number, offsetY: number, offsetX: number) => void): void {
  for (let y = 0; y < g.filterHeight; y++)
    for (let x = 0; x < g.filterWidth; x++)
      visit(y * g.filterWidth + x, y * g.dilationHeight - g.top, x * g.dilationWidth - g.left);
}

/** Calls `visit` for every pair of input and output position that a tap connects, with where their channels begin. */
export function visitPairs(
  g: ConvGeometry,
  offsetY: number,
  offsetX: number,
  visit: (inputAt: number, outputAt: number) => void,
): void {
  const [fromY, endY] = validRange(offsetY, g.strideHeight, g.inHeight, g.outHeight);
  const [fromX, endX] = validRange(offsetX, g.strideWidth, g.inWidth, g.outWidth);
  for (let image = 0; image < g.batch; image++)
    for (let y = fromY; y < endY; y++) {
      const inputRow = (image * g.inHeight + y * g.strideHeight + offsetY) * g.inWidth + offsetX;
      const outputRow = (image * g.outHeight + y) * g.outWidth;
      for (let x = fromX; x < endX; x++)
        visit((inputRow + x * g.strideWidth) * g.inChannels, (outputRow + x) * g.outChannels);
    }
}
