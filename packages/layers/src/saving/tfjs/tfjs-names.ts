/** What tfjs-layers 4.22 has, by the names that stand in files. */

/** Layers that compute there what they compute here. Not among them: multi-head attention and einsum, which it does not export. */
export const LAYERS: ReadonlySet<string> = new Set([
  ...[
    'Activation',
    'Dense',
    'Dropout',
    'Embedding',
    'Flatten',
    'InputLayer',
    'Masking',
    'Permute',
    'RepeatVector',
    'Reshape',
  ],
  ...['Conv1D', 'Conv2D', 'Conv2DTranspose', 'Conv3D', 'Conv3DTranspose', 'DepthwiseConv2D', 'SeparableConv2D'],
  ...['Cropping2D', 'UpSampling2D', 'ZeroPadding2D', 'SpatialDropout1D'],
  ...['MaxPooling1D', 'MaxPooling2D', 'MaxPooling3D', 'AveragePooling1D', 'AveragePooling2D', 'AveragePooling3D'],
  ...['GlobalAveragePooling1D', 'GlobalAveragePooling2D', 'GlobalMaxPooling1D', 'GlobalMaxPooling2D'],
  ...['BatchNormalization', 'LayerNormalization', 'GaussianNoise', 'GaussianDropout', 'AlphaDropout'],
  ...['Add', 'Average', 'Concatenate', 'Dot', 'Maximum', 'Minimum', 'Multiply'],
  ...['ELU', 'LeakyReLU', 'PReLU', 'ReLU', 'Softmax'],
  ...['GRU', 'GRUCell', 'LSTM', 'LSTMCell', 'RNN', 'SimpleRNN', 'SimpleRNNCell', 'Bidirectional', 'TimeDistributed'],
  ...['Rescaling'],
]);

/** Activations of Keras, and their names there. */
export const ACTIVATIONS: Readonly<Record<string, string>> = {
  elu: 'elu',
  gelu: 'gelu',
  linear: 'linear',
  log_softmax: 'log_softmax',
  mish: 'mish',
  relu: 'relu',
  relu6: 'relu6',
  selu: 'selu',
  sigmoid: 'sigmoid',
  silu: 'swish',
  softmax: 'softmax',
  softplus: 'softplus',
  softsign: 'softsign',
  swish: 'swish',
  tanh: 'tanh',
  tfjsHardSigmoid: 'hard_sigmoid',
};

export const INITIALIZERS: ReadonlySet<string> = new Set([
  ...['Constant', 'GlorotNormal', 'GlorotUniform', 'HeNormal', 'HeUniform', 'Identity', 'LeCunNormal', 'LeCunUniform'],
  ...['Ones', 'RandomNormal', 'RandomUniform', 'TruncatedNormal', 'Zeros'],
]);

/** Initializers whose names are written differently there. */
export const OWN_INITIALIZERS: Readonly<Record<string, string>> = {
  LecunNormal: 'LeCunNormal',
  LecunUniform: 'LeCunUniform',
};

export const CONSTRAINTS: ReadonlySet<string> = new Set(['MaxNorm', 'MinMaxNorm', 'NonNeg', 'UnitNorm']);

/** Options that it does not have, with the values under which they change nothing. */
export const NEUTRAL: Readonly<Record<string, unknown>> = {
  groups: 1,
  keepdims: false,
  lora_rank: null,
  negative_slope: 0,
  optional: false,
  output_padding: null,
  quantization_config: null,
  ragged: false,
  reset_after: false,
  rms_scaling: false,
  sparse: false,
  synchronized: false,
  threshold: 0,
  use_cudnn: 'auto',
  zero_output_for_mask: false,
};
