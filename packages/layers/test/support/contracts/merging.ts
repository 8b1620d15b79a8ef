import type { LayerContract } from '../../../src/testing.ts';

const broadcast: LayerContract<object> = {
  config: {},
  inputShape: [
    [2, 3, 4],
    [2, 4],
  ],
  outputShape: [2, 3, 4],
};

/** What the merging and normalization layers keep. */
export const mergingContracts: Readonly<Record<string, readonly LayerContract<object>[]>> = {
  Add: [broadcast],
  Average: [broadcast],
  Dot: [
    {
      config: { axes: [2, 1], normalize: true },
      inputShape: [
        [2, 3, 4],
        [2, 4, 5],
      ],
      outputShape: [2, 3, 5],
    },
    {
      config: { axes: 1 },
      inputShape: [
        [2, 4],
        [2, 4],
      ],
      outputShape: [2, 1],
    },
  ],
  GroupNormalization: [
    {
      config: { groups: 2 },
      inputShape: [2, 3, 4],
      outputShape: [2, 3, 4],
      weights: { gamma: [4], beta: [4] },
    },
    { config: { groups: -1, axis: 1, scale: false, center: false }, inputShape: [2, 3, 4], outputShape: [2, 3, 4] },
  ],
  LayerNormalization: [
    { config: {}, inputShape: [2, 3, 4], outputShape: [2, 3, 4], weights: { gamma: [4], beta: [4] } },
    {
      config: { axis: [1, -1], center: false },
      inputShape: [2, 3, 4],
      outputShape: [2, 3, 4],
      weights: { gamma: [4, 3] },
    },
  ],
  Maximum: [broadcast],
  Minimum: [broadcast],
  Multiply: [broadcast],
  RMSNormalization: [{ config: {}, inputShape: [2, 3, 4], outputShape: [2, 3, 4], weights: { scale: [4] } }],
  Subtract: [broadcast],
  UnitNormalization: [{ config: { axis: [1, 2] }, inputShape: [2, 3, 4], outputShape: [2, 3, 4] }],
};
