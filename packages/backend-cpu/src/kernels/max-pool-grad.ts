import { findGreatest, poolGeometry, visitWindows } from './pool-geometry.ts';
import type { SpaceKernel } from './space.ts';

/**
 * The gradient of max-pooling: `dy` goes to the first greatest value of its window. tfjs's WASM kernels lose it where
 * all values are below zero.
 */
const gradientOf = (name: string): SpaceKernel => ({
  name,
  run: ({ space, inputs: { dy, input }, attrs }) => {
    const g = poolGeometry(input!.shape, attrs);
    const out = space.output(g.inShape);
    const gradient = space.of(dy!).view();
    const source = space.of(input!).view();
    const target = space.of(out).view();
    const greatest = new Int32Array(g.channels);
    target.fill(0);
    visitWindows(g, (outAt, positions, count) => {
      findGreatest(source, positions, count, greatest);
      for (let channel = 0; channel < g.channels; channel++) {
        const to = greatest[channel]!;
        target[to] = target[to]! + gradient[outAt + channel]!;
      }
    });
    return out;
  },
});

/** Over images. */
export const maxPoolGrad: SpaceKernel = gradientOf('MaxPoolGrad');

/** Over volumes. */
export const maxPool3dGrad: SpaceKernel = gradientOf('MaxPool3DGrad');
