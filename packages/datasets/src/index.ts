export { FileFormatError } from '@capas/core';
export type { DownloadOptions, GetFileOptions } from './cache/get-file.ts';
export { getFile } from './cache/get-file.ts';
export type { DownloadProgress } from './cache/progress.ts';
export * as cifar10 from './catalog/cifar10.ts';
export type { Cifar100Options } from './catalog/cifar100.ts';
export * as cifar100 from './catalog/cifar100.ts';
export type { DataSet, Samples } from './catalog/data-set.ts';
export type { DigitsOptions } from './catalog/digits.ts';
export * as digits from './catalog/digits.ts';
export * as fashionMnist from './catalog/fashion-mnist.ts';
export * as imdb from './catalog/imdb.ts';
export type { MnistDataSet, MnistOptions } from './catalog/mnist.ts';
export * as mnist from './catalog/mnist.ts';
export type { ReutersOptions } from './catalog/reuters.ts';
export * as reuters from './catalog/reuters.ts';
export type { WordOptions, WordSequences } from './catalog/word-sequences.ts';
export {
  type BatchOptions,
  Dataset,
  type DatasetLike,
  type InterleaveOptions,
  type MapOptions,
  type ShuffleOptions,
} from './dataset/dataset.ts';
export { DatasetError } from './dataset/dataset-error.ts';
export type { DatasetIterator, DatasetPosition } from './dataset/dataset-iterator.ts';
export type { Batched, RowOf } from './dataset/element.ts';
export type { PaddingOptions } from './dataset/padded-stack.ts';
export { type SplitDatasetOptions, splitDataset } from './dataset/split-dataset.ts';
export type { ElementSource } from './dataset/stages/iterable.ts';
export type { WindowOptions } from './dataset/stages/window.ts';
export {
  type TimeseriesData,
  type TimeseriesOptions,
  timeseriesDatasetFromArray,
} from './dataset/timeseries-dataset-from-array.ts';
export { type PackedData, packXYSampleWeight, unpackXYSampleWeight } from './dataset/x-y-sample-weight.ts';
export { CorruptFileError, DownloadError, type FailedAttempt } from './errors.ts';
export { type NormalizeOptions, normalize } from './preprocessing/normalize.ts';
export { type PadSequencesOptions, padSequences, type Sequences } from './preprocessing/pad-sequences.ts';
export { type Labels, type ToCategoricalOptions, toCategorical } from './preprocessing/to-categorical.ts';
export { gunzip } from './sources/gunzip.ts';
export { readIdx } from './sources/idx.ts';
export { readNpy, readObjectNpy } from './sources/npy.ts';
export { type Npz, readNpz } from './sources/npz.ts';
export { PickledArray, readPickle } from './sources/pickle.ts';
export { readTar } from './sources/tar.ts';
