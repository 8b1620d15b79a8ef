import type { DataType } from '@tensorflow/tfjs-core';
import type { SpaceKernel } from './space.ts';

/** `onValue` at the index that each value names, on a new last axis of `depth`. tfjs's WASM kernel knows int32 only. */
export const oneHot: SpaceKernel = {
  name: 'OneHot',
  run: ({ space, inputs: { indices }, attrs }) => {
    const { depth, onValue, offValue, dtype } = attrs as unknown as OneHotAttributes;
    const out = space.output([...indices!.shape, depth], dtype);
    const ids = space.array(indices!);
    const target = space.array(out);
    target.fill(offValue);
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i]!;
      if (id >= 0 && id < depth) target[i * depth + id] = onValue;
    }
    return out;
  },
};

interface OneHotAttributes {
  readonly depth: number;
  readonly onValue: number;
  readonly offValue: number;
  readonly dtype: DataType;
}
