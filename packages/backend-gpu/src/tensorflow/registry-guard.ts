import { kernelSpecs, replaceKernel } from '@capas/core';
import * as tf from '@tensorflow/tfjs-core';

/** The backends that tfjs's union package may register kernels for. */
const BACKENDS = ['cpu', 'wasm', 'webgl', 'webgpu'] as const;

/**
 * Runs `load`, then puts back the kernels and gradients that were registered before.
 *
 * tfjs-node loads tfjs's union package, which registers its own gradients and kernels for `cpu` and `webgl` over ours,
 * warns about each, and makes itself the active backend.
 *
 * @see tfjs/src/index.ts and tfjs-node/src/index.ts of tfjs 4.22
 */
export function guardRegistry<T>(load: () => T): T {
  const kernels = BACKENDS.flatMap((backend) => tf.getKernelsForBackend(backend));
  const gradients = new Map(gradientNames().map((name) => [name, tf.getGradient(name)]));
  const warn = console.warn;
  console.warn = (...message: unknown[]) => {
    if (!/already (registered|been set)/.test(String(message[0]))) warn.apply(console, message);
  };
  try {
    return load();
  } finally {
    console.warn = warn;
    for (const kernel of kernels) {
      if (tf.getKernel(kernel.kernelName, kernel.backendName) !== kernel) replaceKernel(kernel);
    }
    for (const [name, gradient] of gradients) {
      if (tf.getGradient(name) === gradient) continue;
      tf.unregisterGradient(name);
      if (gradient) tf.registerGradient(gradient);
    }
  }
}

/** tfjs exports each kernel's name as a constant of that name: `Conv2D = 'Conv2D'`. */
function gradientNames(): string[] {
  const constants = Object.entries(tf).flatMap(([key, value]) => (key === value ? [key] : []));
  return [...new Set([...constants, ...kernelSpecs.map(({ name }) => name)])];
}
