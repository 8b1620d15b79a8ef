import { adamKernel, kernelNames, kernelSpecs, registerOwnKernels } from '@capas/core';
import { getKernel, registerBackend, registerKernel } from '@tensorflow/tfjs-core';
import { installJsKernels } from '../js/install-js-kernels.ts';
import { CompiledKernel } from './compiled-kernel.ts';
import type { NativeBinding } from './native-binding.ts';
import { type CompiledCall, nativeKernelFunc } from './native-kernel-func.ts';
import { RecentCache } from './recent-cache.ts';

/** The name under which tfjs-core knows the backend. */
export const NATIVE_ENGINE = 'capas-native';

/** So many calls of kernels, each for inputs of certain shapes, are kept compiled. */
const CAPACITY = 2000;

/** The kernels that were compiled, one cache for each library that was loaded. */
const installed = new WeakMap<NativeBinding, RecentCache<CompiledCall>>();

/**
 * Registers a backend whose tensors are arrays of JavaScript, as on the JavaScript backend, and whose kernels run in native
 * code. Those that have no primitives, or are done before a call of native code would be, run in JavaScript.
 *
 * @returns the kernels that were compiled
 */
export async function installNativeKernels(binding: NativeBinding): Promise<RecentCache<CompiledCall>> {
  const known = installed.get(binding);
  if (known) return known;
  await installJsKernels();
  registerOwnKernels('cpu');
  const { MathBackendCPU } = await import('@tensorflow/tfjs-backend-cpu');
  registerBackend(NATIVE_ENGINE, () => {
    const backend = new MathBackendCPU();
    (backend as unknown as { firstUse: boolean }).firstUse = false; // else it greets
    return backend;
  });
  const cache = new RecentCache<CompiledCall>(CAPACITY);
  installed.set(binding, cache);
  const compile = (plan: ConstructorParameters<typeof CompiledKernel>[1]): CompiledKernel =>
    new CompiledKernel(binding, plan);
  const specs = new Map([...kernelSpecs, adamKernel].map((spec) => [spec.name, spec]));
  for (const kernelName of new Set([...kernelNames('cpu'), ...specs.keys()])) {
    const [spec, js] = [specs.get(kernelName), getKernel(kernelName, 'cpu')];
    const native = spec && nativeKernelFunc(spec, { js: js?.kernelFunc, cache, compile });
    const config = native ? { kernelName, kernelFunc: native } : js;
    if (config) registerKernel({ ...config, backendName: NATIVE_ENGINE });
  }
  return cache;
}
