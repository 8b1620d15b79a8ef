import { convGeometry } from './conv-geometry.ts';
import type { SpaceKernel } from './space.ts';

/**
 * A two-dimensional convolution, by the backend's fast one. tfjs's WASM kernel keeps the packed filter under the id of
 * its tensor, which is stale once the memory is written to again.
 */
export const conv2d: SpaceKernel = {
  name: 'Conv2D',
  run: ({ space, inputs: { x, filter }, attrs }) => {
    const g = convGeometry('Conv2D', x!.shape, filter!.shape, attrs);
    const out = space.output(g.outShape);
    const target = space.of(out);
    if (target.length === 0) return out;
    if (x!.shape.includes(0) || filter!.shape.includes(0)) target.view().fill(0);
    else space.convolve!(space.of(x!), space.of(filter!), target, g);
    return out;
  },
};
