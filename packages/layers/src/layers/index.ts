export { Activation, type ActivationConfig, activation } from './activation/activation.ts';
export type { ConvConfig } from './convolution/base-conv.ts';
export { Conv2D, conv2d } from './convolution/conv2d.ts';
export { Dense, type DenseConfig, dense } from './core/dense.ts';
export { Embedding, type EmbeddingConfig, embedding } from './core/embedding.ts';
export { type InputConfig, InputLayer, input } from './core/input-layer.ts';
export { Add, add } from './merging/add.ts';
export { Concatenate, type ConcatenateConfig, concatenate } from './merging/concatenate.ts';
export {
  BatchNormalization,
  type BatchNormalizationConfig,
  batchNormalization,
} from './normalization/batch-normalization.ts';
export { AveragePooling2D, averagePooling2d } from './pooling/average-pooling2d.ts';
export type { GlobalPoolingConfig } from './pooling/base-global-pooling.ts';
export type { PoolingConfig } from './pooling/base-pooling.ts';
export { GlobalAveragePooling1D, globalAveragePooling1d } from './pooling/global-average-pooling1d.ts';
export { GlobalAveragePooling2D, globalAveragePooling2d } from './pooling/global-average-pooling2d.ts';
export { MaxPooling2D, maxPooling2d } from './pooling/max-pooling2d.ts';
export { Rescaling, type RescalingConfig, rescaling } from './preprocessing/rescaling.ts';
export { Dropout, type DropoutConfig, dropout } from './regularization/dropout.ts';
export { Flatten, type FlattenConfig, flatten } from './reshaping/flatten.ts';
export { Reshape, type ReshapeConfig, reshape } from './reshaping/reshape.ts';
