export { Activation, type ActivationConfig, activation } from './activation/activation.ts';
export { ELU, type ELUConfig, elu } from './activation/elu.ts';
export { LeakyReLU, type LeakyReLUConfig, leakyReLU } from './activation/leaky-relu.ts';
export { PReLU, type PReLUConfig, prelu } from './activation/prelu.ts';
export { ReLU, type ReLUConfig, reLU } from './activation/relu.ts';
export { Softmax, type SoftmaxConfig, softmax } from './activation/softmax.ts';
export {
  AdditiveAttention,
  type AdditiveAttentionConfig,
  additiveAttention,
} from './attention/additive-attention.ts';
export { Attention, type AttentionConfig, attention } from './attention/attention.ts';
export type { AttentionOptions, WithScores } from './attention/attention-options.ts';
export {
  GroupQueryAttention,
  GroupQueryAttention as GroupedQueryAttention,
  type GroupQueryAttentionConfig,
  groupQueryAttention,
} from './attention/group-query-attention.ts';
export {
  MultiHeadAttention,
  type MultiHeadAttentionConfig,
  multiHeadAttention,
} from './attention/multi-head-attention.ts';
export type { ProjectedAttentionConfig, ProjectedAttentionOptions } from './attention/projected-attention.ts';
export type { Conv1DConfig, ConvConfig } from './convolution/base-conv.ts';
export type { ConvTransposeConfig } from './convolution/base-conv-transpose.ts';
export type { DepthwiseConvConfig } from './convolution/base-depthwise-conv.ts';
export type { SeparableConvConfig } from './convolution/base-separable-conv.ts';
export { Conv1D, conv1d } from './convolution/conv1d.ts';
export { Conv1DTranspose, conv1dTranspose } from './convolution/conv1d-transpose.ts';
export { Conv2D, conv2d } from './convolution/conv2d.ts';
export { Conv2DTranspose, conv2dTranspose } from './convolution/conv2d-transpose.ts';
export { Conv3D, conv3d } from './convolution/conv3d.ts';
export { Conv3DTranspose, conv3dTranspose } from './convolution/conv3d-transpose.ts';
export { DepthwiseConv1D, depthwiseConv1d } from './convolution/depthwise-conv1d.ts';
export { DepthwiseConv2D, depthwiseConv2d } from './convolution/depthwise-conv2d.ts';
export { SeparableConv1D, separableConv1d } from './convolution/separable-conv1d.ts';
export { SeparableConv2D, separableConv2d } from './convolution/separable-conv2d.ts';
export { Dense, type DenseConfig, dense } from './core/dense.ts';
export { EinsumDense, type EinsumDenseConfig, einsumDense } from './core/einsum-dense.ts';
export { Embedding, type EmbeddingConfig, embedding } from './core/embedding.ts';
export { Identity, identity } from './core/identity.ts';
export { type InputConfig, InputLayer, input, inputLayer } from './core/input-layer.ts';
export { Lambda, type LambdaConfig, type LambdaFunction, type LambdaOptions, lambda } from './core/lambda.ts';
export type { LoraConfig, LoraOptions } from './core/lora.ts';
export { Masking, type MaskingConfig, masking } from './core/masking.ts';
export { Pipeline, type PipelineConfig, pipeline } from './core/pipeline.ts';
export {
  type ReverseOptions,
  ReversibleEmbedding,
  type ReversibleEmbeddingConfig,
  reversibleEmbedding,
} from './core/reversible-embedding.ts';
export { Wrapper, type WrapperConfig } from './core/wrapper.ts';
export * from './image-preprocessing/index.ts';
export { Add, add } from './merging/add.ts';
export { Average, average } from './merging/average.ts';
export { Concatenate, type ConcatenateConfig, concatenate } from './merging/concatenate.ts';
export { Dot, type DotConfig, dot } from './merging/dot.ts';
export { Maximum, maximum } from './merging/maximum.ts';
export type { MergeFactory } from './merging/merge.ts';
export { Minimum, minimum } from './merging/minimum.ts';
export { Multiply, multiply } from './merging/multiply.ts';
export { Subtract, subtract } from './merging/subtract.ts';
export {
  BatchNormalization,
  type BatchNormalizationConfig,
  batchNormalization,
} from './normalization/batch-normalization.ts';
export {
  GroupNormalization,
  type GroupNormalizationConfig,
  groupNormalization,
} from './normalization/group-normalization.ts';
export {
  LayerNormalization,
  type LayerNormalizationConfig,
  layerNormalization,
} from './normalization/layer-normalization.ts';
export { RMSNormalization, type RMSNormalizationConfig, rmsNormalization } from './normalization/rms-normalization.ts';
export {
  SpectralNormalization,
  type SpectralNormalizationConfig,
  spectralNormalization,
} from './normalization/spectral-normalization.ts';
export {
  UnitNormalization,
  type UnitNormalizationConfig,
  unitNormalization,
} from './normalization/unit-normalization.ts';
export { AdaptiveAveragePooling1D, adaptiveAveragePooling1d } from './pooling/adaptive-average-pooling1d.ts';
export { AdaptiveAveragePooling2D, adaptiveAveragePooling2d } from './pooling/adaptive-average-pooling2d.ts';
export { AdaptiveAveragePooling3D, adaptiveAveragePooling3d } from './pooling/adaptive-average-pooling3d.ts';
export { AdaptiveMaxPooling1D, adaptiveMaxPooling1d } from './pooling/adaptive-max-pooling1d.ts';
export { AdaptiveMaxPooling2D, adaptiveMaxPooling2d } from './pooling/adaptive-max-pooling2d.ts';
export { AdaptiveMaxPooling3D, adaptiveMaxPooling3d } from './pooling/adaptive-max-pooling3d.ts';
export { AveragePooling1D, averagePooling1d } from './pooling/average-pooling1d.ts';
export { AveragePooling2D, averagePooling2d } from './pooling/average-pooling2d.ts';
export { AveragePooling3D, averagePooling3d } from './pooling/average-pooling3d.ts';
export type { AdaptivePoolingConfig } from './pooling/base-adaptive-pooling.ts';
export type { GlobalPoolingConfig } from './pooling/base-global-pooling.ts';
export type { PoolingConfig } from './pooling/base-pooling.ts';
export { GlobalAveragePooling1D, globalAveragePooling1d } from './pooling/global-average-pooling1d.ts';
export { GlobalAveragePooling2D, globalAveragePooling2d } from './pooling/global-average-pooling2d.ts';
export { GlobalAveragePooling3D, globalAveragePooling3d } from './pooling/global-average-pooling3d.ts';
export { GlobalMaxPooling1D, globalMaxPooling1d } from './pooling/global-max-pooling1d.ts';
export { GlobalMaxPooling2D, globalMaxPooling2d } from './pooling/global-max-pooling2d.ts';
export { GlobalMaxPooling3D, globalMaxPooling3d } from './pooling/global-max-pooling3d.ts';
export { MaxPooling1D, maxPooling1d } from './pooling/max-pooling1d.ts';
export { MaxPooling2D, maxPooling2d } from './pooling/max-pooling2d.ts';
export { MaxPooling3D, maxPooling3d } from './pooling/max-pooling3d.ts';
export {
  CategoryEncoding,
  type CategoryEncodingCall,
  type CategoryEncodingConfig,
  categoryEncoding,
} from './preprocessing/category-encoding.ts';
export { Discretization, type DiscretizationConfig, discretization } from './preprocessing/discretization.ts';
export { Cross, type CrossConfig, Feature, type FeatureConfig, type FeatureMode } from './preprocessing/feature.ts';
export type { FeatureData } from './preprocessing/feature-records.ts';
export { FeatureSpace, featureSpace } from './preprocessing/feature-space.ts';
export type { FeatureSpaceConfig } from './preprocessing/feature-space-config.ts';
export { HashedCrossing, type HashedCrossingConfig, hashedCrossing } from './preprocessing/hashed-crossing.ts';
export { Hashing, type HashingConfig, hashing } from './preprocessing/hashing.ts';
export { IntegerLookup, type IntegerLookupConfig, integerLookup } from './preprocessing/integer-lookup.ts';
export { MelSpectrogram, type MelSpectrogramConfig, melSpectrogram } from './preprocessing/mel-spectrogram.ts';
export { Normalization, type NormalizationConfig, normalization } from './preprocessing/normalization.ts';
export { Rescaling, type RescalingConfig, rescaling } from './preprocessing/rescaling.ts';
export { STFTSpectrogram, type STFTSpectrogramConfig, stftSpectrogram } from './preprocessing/stft-spectrogram.ts';
export { StringLookup, type StringLookupConfig, stringLookup } from './preprocessing/string-lookup.ts';
export { TextVectorization, textVectorization } from './preprocessing/text-vectorization.ts';
export type { TextVectorizationConfig } from './preprocessing/text-vectorization-config.ts';
export { TFDIdentity } from './preprocessing/tfd-identity.ts';
export {
  ActivityRegularization,
  type ActivityRegularizationConfig,
  activityRegularization,
} from './regularization/activity-regularization.ts';
export { AlphaDropout, type AlphaDropoutConfig, alphaDropout } from './regularization/alpha-dropout.ts';
export { Dropout, type DropoutConfig, dropout } from './regularization/dropout.ts';
export { GaussianDropout, type GaussianDropoutConfig, gaussianDropout } from './regularization/gaussian-dropout.ts';
export { GaussianNoise, type GaussianNoiseConfig, gaussianNoise } from './regularization/gaussian-noise.ts';
export type { SpatialDropoutConfig, SpatialDropoutImageConfig } from './regularization/spatial-dropout.ts';
export { SpatialDropout1D, spatialDropout1d } from './regularization/spatial-dropout1d.ts';
export { SpatialDropout2D, spatialDropout2d } from './regularization/spatial-dropout2d.ts';
export { SpatialDropout3D, spatialDropout3d } from './regularization/spatial-dropout3d.ts';
export type { Borders } from './reshaping/borders.ts';
export { Cropping1D, type Cropping1DConfig, cropping1d } from './reshaping/cropping1d.ts';
export { Cropping2D, type Cropping2DConfig, cropping2d } from './reshaping/cropping2d.ts';
export { Cropping3D, type Cropping3DConfig, cropping3d } from './reshaping/cropping3d.ts';
export { Flatten, type FlattenConfig, flatten } from './reshaping/flatten.ts';
export { Permute, type PermuteConfig, permute } from './reshaping/permute.ts';
export { RepeatVector, type RepeatVectorConfig, repeatVector } from './reshaping/repeat-vector.ts';
export { Reshape, type ReshapeConfig, reshape } from './reshaping/reshape.ts';
export { UpSampling1D, type UpSampling1DConfig, upSampling1d } from './reshaping/up-sampling1d.ts';
export { UpSampling2D, type UpSampling2DConfig, upSampling2d } from './reshaping/up-sampling2d.ts';
export { UpSampling3D, type UpSampling3DConfig, upSampling3d } from './reshaping/up-sampling3d.ts';
export { ZeroPadding1D, type ZeroPadding1DConfig, zeroPadding1d } from './reshaping/zero-padding1d.ts';
export { ZeroPadding2D, type ZeroPadding2DConfig, zeroPadding2d } from './reshaping/zero-padding2d.ts';
export { ZeroPadding3D, type ZeroPadding3DConfig, zeroPadding3d } from './reshaping/zero-padding3d.ts';
export { Bidirectional, type BidirectionalConfig, bidirectional, type MergeMode } from './rnn/bidirectional.ts';
export type { CellConfig, GatedCellConfig } from './rnn/cell-config.ts';
export type { ConvLSTMConfig } from './rnn/conv-lstm.ts';
export { ConvLSTMCell, type ConvLSTMCellConfig, convLstmCell } from './rnn/conv-lstm-cell.ts';
export { ConvLSTM1D, convLstm1d } from './rnn/conv-lstm1d.ts';
export { ConvLSTM2D, convLstm2d } from './rnn/conv-lstm2d.ts';
export { ConvLSTM3D, convLstm3d } from './rnn/conv-lstm3d.ts';
export { GRU, type GRUConfig, gru } from './rnn/gru.ts';
export { GRUCell, type GRUCellConfig, gruCell } from './rnn/gru-cell.ts';
export { LSTM, type LSTMConfig, lstm } from './rnn/lstm.ts';
export { LSTMCell, type LSTMCellConfig, lstmCell } from './rnn/lstm-cell.ts';
export type { RecurrentConfig } from './rnn/recurrent-config.ts';
export type { InitialState, RecurrentCallOptions } from './rnn/recurrent-inputs.ts';
export { RNN, type RNNConfig, rnn } from './rnn/rnn.ts';
export type { RNNCell, StateSize } from './rnn/rnn-cell.ts';
export { SimpleRNN, type SimpleRNNConfig, simpleRNN } from './rnn/simple-rnn.ts';
export { SimpleRNNCell, type SimpleRNNCellConfig, simpleRNNCell } from './rnn/simple-rnn-cell.ts';
export { StackedRNNCells, type StackedRNNCellsConfig, stackedRNNCells } from './rnn/stacked-rnn-cells.ts';
export { TimeDistributed, type TimeDistributedConfig, timeDistributed } from './rnn/time-distributed.ts';
