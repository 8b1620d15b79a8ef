import type { LayerContract } from '../../../src/testing.ts';

type Contracts = Readonly<Record<string, readonly LayerContract<object>[]>>;

const same = { kernelSize: 3, padding: 'same' };
const [line, image, volume] = [
  [2, 6, 3],
  [2, 6, 6, 3],
  [1, 4, 4, 4, 2],
] as const;

/** Contracts of the layers of convolution but `Conv2D`. */
export const convolutionContracts: Contracts = {
  Conv1D: [
    {
      config: { filters: 4, ...same, activation: 'tanh' },
      inputShape: line,
      outputShape: [2, 6, 4],
      weights: { kernel: [3, 3, 4], bias: [4] },
    },
  ],
  Conv1DTranspose: [
    {
      config: { filters: 4, ...same, strides: 2 },
      inputShape: line,
      outputShape: [2, 12, 4],
      weights: { kernel: [3, 4, 3], bias: [4] },
    },
  ],
  Conv2DTranspose: [
    {
      config: { filters: 4, ...same, strides: 2 },
      inputShape: image,
      outputShape: [2, 12, 12, 4],
      weights: { kernel: [3, 3, 4, 3], bias: [4] },
    },
  ],
  Conv3D: [
    {
      config: { filters: 3, kernelSize: 2 },
      inputShape: volume,
      outputShape: [1, 3, 3, 3, 3],
      weights: { kernel: [2, 2, 2, 2, 3], bias: [3] },
    },
  ],
  Conv3DTranspose: [
    {
      config: { filters: 3, kernelSize: 2 },
      inputShape: volume,
      outputShape: [1, 5, 5, 5, 3],
      weights: { kernel: [2, 2, 2, 3, 2], bias: [3] },
    },
  ],
  DepthwiseConv1D: [
    {
      config: { ...same, depthMultiplier: 2 },
      inputShape: line,
      outputShape: [2, 6, 6],
      weights: { kernel: [3, 3, 2], bias: [6] },
    },
  ],
  DepthwiseConv2D: [
    {
      config: { ...same, depthMultiplier: 2 },
      inputShape: image,
      outputShape: [2, 6, 6, 6],
      weights: { kernel: [3, 3, 3, 2], bias: [6] },
    },
  ],
  SeparableConv1D: [
    {
      config: { filters: 4, ...same },
      inputShape: line,
      outputShape: [2, 6, 4],
      weights: { depthwise_kernel: [3, 3, 1], pointwise_kernel: [1, 3, 4], bias: [4] },
    },
  ],
  SeparableConv2D: [
    {
      config: { filters: 4, ...same },
      inputShape: image,
      outputShape: [2, 6, 6, 4],
      weights: { depthwise_kernel: [3, 3, 3, 1], pointwise_kernel: [1, 1, 3, 4], bias: [4] },
    },
  ],
};

const half = { line: [2, 3, 3], volume: [1, 2, 2, 2, 2] };
const two = { outputSize: 2 };

/** Contracts of pooling but that of images, which stands in the test itself. */
export const poolingContracts: Contracts = {
  AdaptiveAveragePooling1D: [{ config: two, inputShape: line, outputShape: [2, 2, 3] }],
  AdaptiveAveragePooling2D: [{ config: two, inputShape: image, outputShape: [2, 2, 2, 3] }],
  AdaptiveAveragePooling3D: [{ config: two, inputShape: volume, outputShape: half.volume }],
  AdaptiveMaxPooling1D: [{ config: two, inputShape: line, outputShape: [2, 2, 3] }],
  AdaptiveMaxPooling2D: [{ config: two, inputShape: image, outputShape: [2, 2, 2, 3] }],
  AdaptiveMaxPooling3D: [{ config: two, inputShape: volume, outputShape: half.volume }],
  AveragePooling1D: [{ config: {}, inputShape: line, outputShape: half.line }],
  AveragePooling3D: [{ config: {}, inputShape: volume, outputShape: half.volume }],
  GlobalAveragePooling3D: [{ config: {}, inputShape: volume, outputShape: [1, 2] }],
  GlobalMaxPooling1D: [{ config: {}, inputShape: line, outputShape: [2, 3] }],
  GlobalMaxPooling2D: [{ config: {}, inputShape: image, outputShape: [2, 3] }],
  GlobalMaxPooling3D: [{ config: {}, inputShape: volume, outputShape: [1, 2] }],
  MaxPooling1D: [{ config: {}, inputShape: line, outputShape: half.line }],
  MaxPooling3D: [{ config: {}, inputShape: volume, outputShape: half.volume }],
};

/** Contracts of what moves elements. */
export const reshapingContracts: Contracts = {
  Cropping1D: [{ config: { cropping: 1 }, inputShape: line, outputShape: [2, 4, 3] }],
  Cropping2D: [{ config: { cropping: 1 }, inputShape: image, outputShape: [2, 4, 4, 3] }],
  Cropping3D: [{ config: { cropping: 1 }, inputShape: volume, outputShape: half.volume }],
  Permute: [{ config: { dims: [2, 1] }, inputShape: line, outputShape: [2, 3, 6] }],
  RepeatVector: [{ config: { n: 3 }, inputShape: [2, 5], outputShape: [2, 3, 5] }],
  UpSampling1D: [{ config: {}, inputShape: line, outputShape: [2, 12, 3] }],
  UpSampling2D: [{ config: {}, inputShape: image, outputShape: [2, 12, 12, 3] }],
  UpSampling3D: [{ config: {}, inputShape: volume, outputShape: [1, 8, 8, 8, 2] }],
  ZeroPadding1D: [{ config: {}, inputShape: line, outputShape: [2, 8, 3] }],
  ZeroPadding2D: [{ config: {}, inputShape: image, outputShape: [2, 8, 8, 3] }],
  ZeroPadding3D: [{ config: {}, inputShape: volume, outputShape: [1, 6, 6, 6, 2] }],
};
