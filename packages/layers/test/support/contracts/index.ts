import type { LayerContract } from '../../../src/testing.ts';
import { attentionContracts } from './attention.ts';
import { convolutionContracts, poolingContracts, reshapingContracts } from './convolution.ts';
import { coreContracts } from './core.ts';
import { mergingContracts } from './merging.ts';

const halved = { inputShape: [2, 6, 6, 3], outputShape: [2, 3, 3, 3] };
const same = { inputShape: [2, 5], outputShape: [2, 5] };

/** A contract of each layer, or some: it holds on every backend, eager and compiled. */
export const contracts: Readonly<Record<string, readonly LayerContract<object>[]>> = {
  ...attentionContracts,
  ...convolutionContracts,
  ...coreContracts,
  ...mergingContracts,
  ...poolingContracts,
  ...reshapingContracts,
  Activation: ['relu', 'softmax', 'gelu', 'swish'].map((activation) => ({ config: { activation }, ...same })),
  AveragePooling2D: [{ config: {}, ...halved }],
  BatchNormalization: [
    {
      config: {},
      inputShape: [4, 3],
      outputShape: [4, 3],
      weights: { gamma: [3], beta: [3], moving_mean: [3], moving_variance: [3] },
      fixedWeights: ['moving_mean', 'moving_variance'],
    },
  ],
  Concatenate: [
    {
      config: {},
      inputShape: [
        [2, 3],
        [2, 4],
      ],
      outputShape: [2, 7],
    },
  ],
  Conv2D: [1, 3].map((groups) => ({
    config: { filters: 6, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu', groups },
    inputShape: [2, 6, 6, 3],
    outputShape: [2, 3, 3, 6],
    weights: { kernel: [3, 3, 3 / groups, 6], bias: [6] },
  })),
  Dropout: [{ config: { rate: 0.5, seed: 3 }, ...same }],
  Flatten: [{ config: {}, inputShape: [2, 3, 4], outputShape: [2, 12] }],
  GlobalAveragePooling1D: [{ config: {}, inputShape: [2, 5, 3], outputShape: [2, 3] }],
  GlobalAveragePooling2D: [{ config: {}, inputShape: [2, 4, 5, 3], outputShape: [2, 3] }],
  MaxPooling2D: [{ config: {}, ...halved }],
  Rescaling: [{ config: { scale: 0.5, offset: -1 }, ...same }],
  Reshape: [{ config: { targetShape: [3, 2] }, inputShape: [2, 6], outputShape: [2, 3, 2] }],
};
