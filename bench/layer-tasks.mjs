/**
 * The layers that `layers.mjs` measures, each by itself: one line makes another entry for all sides but PyTorch, whose
 * modules stand in `python/torch_layers.py` under the same names.
 *
 * - `layer`, `config`: the class, and its options in our spelling; Keras gets them in its own.
 * - `input`: the shape of the input; numbers from a normal distribution.
 * - `call`: what it is called with, where that is not the input alone: `'twice'` as query and value.
 * - `training`: whether it is called as in training.
 * - `passes`: how often a tensor of the size of the input is read or written at least, for layers that are bound by
 *   memory: the report says what share of the triad's bandwidth that comes to.
 */
export const layerTasks = {
  conv2d: {
    title: 'Conv2D 64→64, 3×3, 56×56',
    layer: 'Conv2D',
    config: { filters: 64, kernelSize: 3, padding: 'same' },
    input: [32, 56, 56, 64],
  },
  conv3d: {
    title: 'Conv3D 32→32, 3×3×3, 16×28×28',
    layer: 'Conv3D',
    config: { filters: 32, kernelSize: 3, padding: 'same' },
    input: [8, 16, 28, 28, 32],
  },
  'depthwise-112': depthwise([32, 112, 112, 32]),
  'depthwise-56': depthwise([32, 56, 56, 128]),
  'depthwise-14': depthwise([32, 14, 14, 512]),
  'depthwise-strided': depthwise([32, 56, 56, 128], 2),
  'separable-56': separable([32, 56, 56, 128]),
  'separable-14': separable([32, 14, 14, 512]),
  lstm: recurrent('LSTM'),
  gru: recurrent('GRU'),
  'multi-head-attention': {
    title: 'MultiHeadAttention, 8 heads of 64, 16×128×512',
    layer: 'MultiHeadAttention',
    config: { numHeads: 8, keyDim: 64 },
    input: [16, 128, 512],
    call: 'twice',
  },
  // x twice, for the statistics and the result, and y; dy and x twice, for the sums and the result, and dx
  'layer-normalization': {
    title: 'LayerNormalization, 64×128×512',
    layer: 'LayerNormalization',
    config: {},
    input: [64, 128, 512],
    passes: 8,
  },
  'batch-normalization': {
    title: 'BatchNormalization in training, 32×56×56×64',
    layer: 'BatchNormalization',
    config: {},
    input: [32, 56, 56, 64],
    training: true,
    passes: 8,
  },
};

function depthwise(input, strides = 1) {
  return {
    title: `DepthwiseConv2D 3×3${strides === 1 ? '' : ` / ${strides}`}, ${input.slice(1).join('×')}`,
    layer: 'DepthwiseConv2D',
    config: { kernelSize: 3, padding: 'same', strides, useBias: false },
    input,
  };
}

function separable(input) {
  const filters = input.at(-1);
  return {
    title: `SeparableConv2D 3×3, ${input.slice(1).join('×')}`,
    layer: 'SeparableConv2D',
    config: { filters, kernelSize: 3, padding: 'same', useBias: false },
    input,
  };
}

function recurrent(layer) {
  return {
    title: `${layer} 128, all outputs of 80 steps of 128`,
    layer,
    config: { units: 128, returnSequences: true },
    input: [32, 80, 128],
  };
}
