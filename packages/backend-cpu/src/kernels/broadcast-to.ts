import type { SpaceKernel } from './space.ts';
import { broadcastStrides, copyStrided } from './strided.ts';

/** Repeats the axes of size 1 so that `x` has `shape`. tfjs names the kernel; its backends lack it. */
export const broadcastTo: SpaceKernel = {
  name: 'BroadcastTo',
  run: ({ space, inputs: { x }, attrs }) => {
    const shape = attrs.shape as number[];
    const out = space.output(shape, x!.dtype);
    copyStrided(space.array(x!), space.array(out), shape, broadcastStrides(x!.shape, shape));
    return out;
  },
};
