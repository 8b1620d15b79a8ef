import type { BackendProvider } from '@capas/core';
import { engine, env } from '@tensorflow/tfjs-core';
import { installJsKernels } from '../js/install-js-kernels.ts';
import { executorBeside } from './executor/executor-beside.ts';
import { installWasmKernels } from './install-wasm-kernels.ts';
import { startWasm } from './start-wasm.ts';

/** How to start WASM; see `CpuOptions`. */
export interface WasmOptions {
  readonly threads: number | undefined;
  readonly wasmPath: string | undefined;
}

/** WebAssembly kernels with SIMD, and programs that run on threads. Loads `@tensorflow/tfjs-backend-wasm`. */
export const wasmProvider = (options: WasmOptions): BackendProvider => ({
  name: 'wasm',
  probe: async () => {
    if (typeof WebAssembly !== 'object')
      return { ok: false, device: '', reason: 'this JavaScript engine has no WebAssembly' };
    return { ok: true, device: hasSimd() ? 'WebAssembly with SIMD' : 'WebAssembly without SIMD', reason: '' };
  },
  load: async () => {
    await startWasm(options.wasmPath);
    await installJsKernels();
    installWasmKernels();
    const executor = await executorBeside(engine().registry.wasm!, options.threads);
    const threads = executor?.threads ?? 1;
    const device = `WebAssembly ${hasSimd() ? 'with' : 'without'} SIMD, ${threads} thread${threads === 1 ? '' : 's'}`;
    return { engineName: 'wasm', device: env().get('IS_NODE') ? `${device}, in Node` : device, executor };
  },
});

/** Asks the engine about a function that returns nothing and drops one SIMD constant: `i32.const 0; i8x16.splat; drop`. */
const hasSimd = (): boolean =>
  WebAssembly.validate(
    Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11),
  );
