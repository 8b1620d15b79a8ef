import type { BackendProvider } from '@capas/core';
import { cudaProvider } from './cuda/cuda-provider.ts';
import { type TensorflowOptions, tensorflowProvider } from './tensorflow/tensorflow-provider.ts';

export type GpuOptions = TensorflowOptions;

/**
 * The GPU backends, the fastest first: `cuda`, then `tensorflow`. Each refuses with its reason where it does not work,
 * so it is safe to name them on any machine.
 *
 * @example
 * const backend = await useBackend(gpu(), cpu());
 * backend.reason; // 'cuda: NVIDIA driver: libcuda.so.1 was not found; tensorflow: '@tensorflow/tfjs-node-gpu' is not installed …'
 */
export const gpu = (options: GpuOptions = {}): readonly BackendProvider[] => [
  cudaProvider(),
  tensorflowProvider(options),
];
