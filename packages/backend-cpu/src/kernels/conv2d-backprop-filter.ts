import { type ConvGeometry, convGeometry } from './conv-geometry.ts';
import { patchesTransposed } from './patches.ts';
import { type Block, imagesAtOnce, type Space, type SpaceKernel, withScratch } from './space.ts';

/**
 * The gradient of a convolution with respect to its filter: `patchesᵀ · dy`, a few images at a time unless the backend
 * has a way without patches.
 * `x: [batch, height, width, inChannels]`, `dy: [batch, outHeight, outWidth, outChannels]`.
 */
export const conv2dBackpropFilter: SpaceKernel = {
  name: 'Conv2DBackpropFilter',
  run: ({ space, inputs: { x, dy }, attrs }) => {
    const g = convGeometry('Conv2DBackpropFilter', x!.shape, attrs.filterShape as number[], attrs);
    const out = space.output(g.filterShape);
    const target = space.of(out);
    target.view().fill(0);
    addFilterGradient(space, space.of(x!), space.of(dy!), target, g);
    return out;
  },
};

/** Adds the filter's gradient to `target`, of the filter's size. */
export function addFilterGradient(space: Space, images: Block, gradient: Block, target: Block, g: ConvGeometry): void {
  if (images.length === 0 || gradient.length === 0 || target.length === 0) return;
  if (space.addFilterGradient) {
    space.addFilterGradient(images, gradient, target, g);
    return;
  }
  const imageSize = g.inHeight * g.inWidth * g.inChannels;
  const positions = g.outHeight * g.outWidth;
  const patchSize = g.filterHeight * g.filterWidth * g.inChannels;
  const step = imagesAtOnce(g.batch, positions * patchSize);
  withScratch(space, [step * positions * patchSize, step * imageSize, target.length], (rows, planes, product) => {
    for (let first = 0; first < g.batch; first += step) {
      const count = Math.min(step, g.batch - first);
      const part = images.part(first * imageSize, count * imageSize).view();
      const rowsNow = rows!.part(0, count * positions * patchSize);
      patchesTransposed(part, count, planes!.view(), rowsNow.view(), g);
      const gradientNow = gradient.part(first * positions * g.outChannels, count * positions * g.outChannels);
      space.multiply(rowsNow, gradientNow, product!, patchSize, count * positions, g.outChannels);
      const sums = target.view();
      const added = product!.view();
      for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + added[i]!;
    }
  });
}
