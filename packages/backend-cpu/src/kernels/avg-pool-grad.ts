import { poolGeometry, visitWindows } from './pool-geometry.ts';
import type { SpaceKernel } from './space.ts';

/**
 * The gradient of average-pooling: `dy`, shared out equally over its window. tfjs's kernels divide by the size of the
 * whole window where it hangs over the edge, though their forward kernels do not.
 */
const gradientOf = (name: string): SpaceKernel => ({
  name,
  run: ({ space, inputs: { dy, input }, attrs }) => {
    const g = poolGeometry(input!.shape, attrs);
    const out = space.output(g.inShape);
    const gradient = space.of(dy!).view();
    const target = space.of(out).view();
    target.fill(0);
    visitWindows(g, (outAt, positions, count) => {
      const share = 1 / count;
      for (let i = 0; i < count; i++) {
        const to = positions[i]!;
        for (let channel = 0; channel < g.channels; channel++)
          target[to + channel] = target[to + channel]! + gradient[outAt + channel]! * share;
      }
    });
    return out;
  },
});

/** Over images. */
export const avgPoolGrad: SpaceKernel = gradientOf('AvgPoolGrad');

/** Over volumes. */
export const avgPool3dGrad: SpaceKernel = gradientOf('AvgPool3DGrad');
