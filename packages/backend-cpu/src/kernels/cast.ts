import type { SpaceKernel } from './space.ts';

/** To bool: whether a value is not 0. tfjs's WASM kernel keeps the lowest byte instead. Other dtypes are left to it. */
export const castToBool: SpaceKernel = {
  name: 'Cast',
  run: ({ space, inputs: { x }, attrs, stock }) => {
    if (attrs.dtype !== 'bool' || x!.dtype === 'bool') return stock();
    const out = space.output(x!.shape, 'bool');
    const source = space.array(x!);
    const target = space.array(out);
    for (let i = 0; i < source.length; i++) target[i] = source[i] === 0 ? 0 : 1;
    return out;
  },
};
