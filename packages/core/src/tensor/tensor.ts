import type { Tensor as EngineTensor, Rank } from '@tensorflow/tfjs-core';

/** A tensor on the active backend: tfjs-core's own, so that any `tf.*` op takes it. Its shape and dtype never change. */
export type Tensor<R extends Rank = Rank> = EngineTensor<R>;
