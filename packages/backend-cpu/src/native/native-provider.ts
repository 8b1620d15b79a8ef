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

/** Native code, on all cores: programs, and the kernels of tensors. */
export const nativeProvider = ({ threads = ALL_THREADS }: NativeOptions): BackendProvider => ({
  name: 'native',
  probe: async () => {
    try {
      return { ok: true, device: deviceOf(loadLibrary(), threads), reason: '' };
    } catch (error) {
      return { ok: false, device: '', reason: (error as Error).message };
    }
  },
  load: async () => {
    const binding = loadLibrary();
    const kernels = await installNativeKernels(binding);
    if (threads !== chosen.threads) {
      binding.setThreads(threads);
      kernels.clear(); // they keep the threads that they were compiled for
      chosen.threads = threads;
    }
    return { engineName: NATIVE_ENGINE, device: deviceOf(binding, threads), executor: nativeExecutor(binding) };
  },
  get advice() {
    return `npm install @capas/backend-cpu-${platformName()} (in a checkout of Capas: install Rust, https://rustup.rs, and run \`pnpm build\`)`;
  },
});

/** More than any processor has. */
const ALL_THREADS = 0xffff;

/** How many threads the library was told to use at most. */
const chosen = { threads: ALL_THREADS };

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

function deviceOf(binding: NativeBinding, most: number): string {
  const { threads: available, simd } = binding.device();
  const threads = Math.min(available, most);
  return `native code, ${simd}, ${threads} thread${threads === 1 ? '' : 's'}`;
}
