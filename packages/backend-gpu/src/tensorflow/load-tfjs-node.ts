import { createRequire } from 'node:module';
import { BackendError, registerFallbackKernels } from '@capas/core';
import * as tf from '@tensorflow/tfjs-core';
import type { TfjsNodePackage } from './find-tfjs-node.ts';
import { addedKernels, installAdded } from './kernels/added-kernels.ts';
import { installCorrections } from './kernels/corrected-kernel.ts';
import { correctedKernels } from './kernels/index.ts';
import { guardRegistry } from './registry-guard.ts';
import { installUtilShim } from './util-shim.ts';

/** The name under which tfjs-node registers its backend and kernels. */
export const ENGINE_NAME = 'tensorflow';

/** What tfjs-node's backend tells of itself beyond tfjs's contract. */
interface TensorflowBackend {
  readonly isUsingGpuDevice: boolean;
  readonly binding: { readonly TF_Version: string };
}

/** Loads a CommonJS module by its path, as `require` does. */
export type Require = (path: string) => unknown;

export interface LoadOptions {
  /** Accept TensorFlow where it sees no GPU. */
  readonly allowCpu: boolean;
  /** What is known against packages that are not in the list. */
  readonly reasons?: readonly string[];
  readonly require?: Require;
}

/**
 * Loads the first of `packages` that can be loaded and gives it the kernels that it lacks from the CPU backend of tfjs.
 *
 * Once one TensorFlow is in the process no second is tried, even if the first sees no GPU: two copies of its native
 * library in one process can end it.
 *
 * @returns the device: `'TensorFlow 2.21.0, GPU'`
 * @throws BackendError with each package's reason, or if TensorFlow sees no GPU and `allowCpu` is false
 */
export async function loadTfjsNode(packages: readonly TfjsNodePackage[], options: LoadOptions): Promise<string> {
  const { allowCpu, require = createRequire(import.meta.url) } = options;
  await import('@tensorflow/tfjs-backend-cpu');
  // That backend greets on its first use in Node and advises to install what runs here already.
  (tf.findBackend('cpu') as unknown as { firstUse: boolean }).firstUse = false;
  installUtilShim();
  // TensorFlow's own informational lines on stderr; errors stay.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const before = tf.getBackend();
  const reasons = [...(options.reasons ?? [])];
  const loaded = packages.find(({ name, path }) => {
    try {
      guardRegistry(() => require(path));
      return true;
    } catch (error) {
      reasons.push(`'${name}' could not be loaded: ${firstLine(error)}`);
      return false;
    }
  });
  // tfjs-node makes itself the active backend; which one is active is for the caller to decide.
  if (before && tf.getBackend() !== before) await tf.setBackend(before);
  if (!loaded) throw new BackendError(reasons.join('; '));
  const { isUsingGpuDevice, binding } = requireBackend(loaded.name);
  const device = `TensorFlow ${binding.TF_Version}, ${isUsingGpuDevice ? 'GPU' : 'CPU'}`;
  if (!isUsingGpuDevice && !allowCpu) throw new BackendError(`'${loaded.name}' sees no GPU (${device})`);
  installCorrections(correctedKernels, ENGINE_NAME);
  installAdded(addedKernels, ENGINE_NAME);
  registerFallbackKernels(ENGINE_NAME, 'cpu');
  return device;
}

/** tfjs-node registers itself on import, with the engine that all copies of tfjs-core in a process share. */
function requireBackend(name: string): TensorflowBackend {
  const backend = tf.findBackend(ENGINE_NAME) as unknown as TensorflowBackend | null;
  if (!backend) throw new BackendError(`'${name}' registered no backend; is it loaded in another realm?`);
  return backend;
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!.trim();
