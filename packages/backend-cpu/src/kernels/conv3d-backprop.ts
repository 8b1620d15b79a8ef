import { backend_util } from '@tensorflow/tfjs-core';
import { type ConvGeometry, planeOf } from './conv-geometry.ts';
import { addFilterGradient } from './conv2d-backprop-filter.ts';
import { addInputGradient } from './conv2d-backprop-input.ts';
import type { SpaceKernel } from './space.ts';

/**
 * The gradient of a three-dimensional convolution with respect to its filter: that of a two-dimensional one, summed
 * over the pairs of planes that a tap in depth connects. tfjs's WASM kernel is wrong with strides.
 */
export const conv3dBackpropFilter: SpaceKernel = {
  name: 'Conv3DBackpropFilterV2',
  run: ({ space, inputs: { x, dy }, attrs }) => {
    const g = volumeGeometry(x!.shape, attrs.filterShape as number[], attrs);
    const out = space.output(attrs.filterShape as number[]);
    const [images, gradient, target] = [space.of(x!), space.of(dy!), space.of(out)];
    target.view().fill(0);
    visitPlanes(g, (inPlane, outPlane, tap) =>
      addFilterGradient(
        space,
        images.part(inPlane * g.inSize, g.inSize),
        gradient.part(outPlane * g.outSize, g.outSize),
        target.part(tap * g.filterSize, g.filterSize),
        g.plane,
      ),
    );
    return out;
  },
};

/** The gradient of a three-dimensional convolution with respect to its input. tfjs's WASM kernel is wrong. */
export const conv3dBackpropInput: SpaceKernel = {
  name: 'Conv3DBackpropInputV2',
  run: ({ space, inputs: { dy, filter }, attrs }) => {
    const g = volumeGeometry(attrs.inputShape as number[], filter!.shape, attrs);
    const out = space.output(attrs.inputShape as number[]);
    const [gradient, weights, images] = [space.of(dy!), space.of(filter!), space.of(out)];
    images.view().fill(0);
    visitPlanes(g, (inPlane, outPlane, tap) =>
      addInputGradient(
        space,
        gradient.part(outPlane * g.outSize, g.outSize),
        weights.part(tap * g.filterSize, g.filterSize),
        images.part(inPlane * g.inSize, g.inSize),
        g.plane,
      ),
    );
    return out;
  },
};

/** A convolution of volumes as convolutions of their planes. */
interface VolumeGeometry {
  /** That of one plane. */
  readonly plane: ConvGeometry;
  readonly batch: number;
  readonly inDepth: number;
  readonly outDepth: number;
  readonly filterDepth: number;
  readonly strideDepth: number;
  readonly dilationDepth: number;
  readonly front: number;
  /** How many numbers a plane of each has. */
  readonly inSize: number;
  readonly outSize: number;
  readonly filterSize: number;
}

function volumeGeometry(
  inShape: readonly number[],
  filterShape: readonly number[],
  attrs: Readonly<Record<string, unknown>>,
): VolumeGeometry {
  const { strides, pad, dilations } = attrs as {
    strides: number | number[];
    pad: 'same';
    dilations?: number | number[];
  };
  const info = backend_util.computeConv3DInfo(
    inShape as never,
    filterShape as never,
    strides as never,
    (dilations ?? 1) as never,
    pad,
  );
  const plane: ConvGeometry = {
    batch: 1,
    ...planeOf(info),
    inShape: [1, info.inHeight, info.inWidth, info.inChannels],
    outShape: [1, info.outHeight, info.outWidth, info.outChannels],
    filterShape: filterShape.slice(1),
  };
  return {
    plane,
    batch: info.batchSize,
    inDepth: info.inDepth,
    outDepth: info.outDepth,
    filterDepth: info.filterDepth,
    strideDepth: info.strideDepth,
    dilationDepth: info.dilationDepth,
    front: info.padInfo.front,
    inSize: info.inHeight * info.inWidth * info.inChannels,
    outSize: info.outHeight * info.outWidth * info.outChannels,
    filterSize: info.filterHeight * info.filterWidth * info.inChannels * info.outChannels,
  };
}

/** Calls `visit` for every input plane, output plane and tap in depth that belong together. */
function visitPlanes(g: VolumeGeometry, visit: (inPlane: number, outPlane: number, tap: number) => void): void {
  for (let volume = 0; volume < g.batch; volume++)
    for (let out = 0; out < g.outDepth; out++)
      for (let tap = 0; tap < g.filterDepth; tap++) {
        const inside = out * g.strideDepth + tap * g.dilationDepth - g.front;
        if (inside >= 0 && inside < g.inDepth) visit(volume * g.inDepth + inside, volume * g.outDepth + out, tap);
      }
}
