import { findGreatest, type PoolGeometry, poolGeometry, visitWindows } from './pool-geometry.ts';
import type { SpaceKernel } from './space.ts';

/** The greatest value of each window of an image, where it is not float32: tfjs's WASM kernel does those. */
export const maxPoolOfIntegers: SpaceKernel = {
  name: 'MaxPool',
  run: (call) => (call.inputs.x!.dtype === 'float32' ? call.stock() : maxPool3d.run(call)),
};

/** The greatest value of each window of a volume. tfjs's WASM kernel takes 1e-38 where all are below zero. */
export const maxPool3d: SpaceKernel = {
  name: 'MaxPool3D',
  run: ({ space, inputs: { x }, attrs }) => {
    const g = poolGeometry(x!.shape, attrs);
    const out = space.output(g.outShape, x!.dtype);
    const source = space.array(x!);
    const target = space.array(out);
    const greatest = new Int32Array(g.channels);
    visitWindows(g, (outAt, positions, count) => {
      findGreatest(source, positions, count, greatest);
      for (let channel = 0; channel < g.channels; channel++) target[outAt + channel] = source[greatest[channel]!]!;
    });
    return out;
  },
};

/** The greatest value of each window and its position in the image, counted over rows, columns and channels. */
export const maxPoolWithArgmax: SpaceKernel = {
  name: 'MaxPoolWithArgmax',
  run: ({ space, inputs: { x }, attrs }) => {
    const g = poolGeometry(x!.shape, attrs);
    const out = space.output(g.outShape, x!.dtype);
    const indices = space.output(g.outShape, 'int32');
    const source = space.array(x!);
    const target = space.array(out);
    const places = space.array(indices);
    const imageSize = attrs.includeBatchInIndex ? Number.POSITIVE_INFINITY : imageSizeOf(g);
    const greatest = new Int32Array(g.channels);
    visitWindows(g, (outAt, positions, count) => {
      findGreatest(source, positions, count, greatest);
      for (let channel = 0; channel < g.channels; channel++) {
        const place = greatest[channel]!;
        target[outAt + channel] = source[place]!;
        places[outAt + channel] = place % imageSize;
      }
    });
    return [out, indices];
  },
};

const imageSizeOf = (g: PoolGeometry): number => g.inSize[0] * g.inSize[1] * g.inSize[2] * g.channels;
