import type { SpaceKernel } from './space.ts';

/** Integers limited to a range; tfjs's WASM kernel reads them as floats. Other dtypes are left to it. */
export const clipIntegers: SpaceKernel = {
  name: 'ClipByValue',
  run: ({ space, inputs: { x }, attrs, stock }) => {
    if (x!.dtype === 'float32') return stock();
    const { clipValueMin, clipValueMax } = attrs as { clipValueMin: number; clipValueMax: number };
    const out = space.output(x!.shape, x!.dtype);
    const source = space.array(x!);
    const target = space.array(out);
    for (let i = 0; i < source.length; i++) target[i] = Math.min(Math.max(source[i]!, clipValueMin), clipValueMax);
    return out;
  },
};
