import { BackendError, type BackendProvider } from '@capas/core';
import { builtinModules } from '../builtin-modules.ts';
import { findLibrary } from './find-library.ts';
import { installNativeKernels, NATIVE_ENGINE } from './native-backend.ts';
import type { NativeBinding } from './native-binding.ts';
import { nativeExecutor } from './native-executor.ts';
import { platformName } from './platform.ts';

/** How to start native code; see `CpuOptions`. */
export interface NativeOptions {
  readonly threads: number | undefined;
}

/** Programs run in native code on all cores; single kernels in JavaScript. */
export const nativeProvider = ({ threads }: NativeOptions): BackendProvider => ({
  name: 'native',
  probe: async () => {
    const library = findLibrary();
    return 'path' in library
      ? { ok: true, device: `native code for ${platformName()}`, reason: '' }
      : { ok: false, device: '', reason: library.reason };
  },
  load: async () => {
    const binding = loadLibrary();
    const kernels = await installNativeKernels(binding);
    if (threads !== undefined) {
      binding.setThreads(threads);
      kernels.clear(); // they keep the threads that they were compiled for
    }
    return { engineName: NATIVE_ENGINE, device: deviceOf(binding), executor: nativeExecutor(binding) };
  },
});

/**
 * The functions of the native library.
 *
 * @throws BackendError if it cannot be found or loaded.
 */
export function loadLibrary(): NativeBinding {
  const library = findLibrary();
  if ('reason' in library) throw new BackendError(library.reason);
  try {
    const { createRequire } = builtinModules()!('node:module');
    return createRequire(library.path)(library.path) as NativeBinding;
  } catch (error) {
    throw new BackendError(`${library.path} could not be loaded: ${(error as Error).message}`);
  }
}

function deviceOf(binding: NativeBinding): string {
  const { threads, simd } = binding.device();
  return `native code, ${simd}, ${threads} thread${threads === 1 ? '' : 's'}`;
}
