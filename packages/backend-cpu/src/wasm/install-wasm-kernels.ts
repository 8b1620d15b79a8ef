import { registerFallbackKernels } from '@capas/core';
import { wasmKernels } from '../kernels/index.ts';
import { registerSpaceKernels } from '../kernels/register.ts';
import type { WasmBackend } from './wasm-backend.ts';
import { wasmSpace } from './wasm-space.ts';

/** Completes and corrects tfjs's WASM kernels; the rare ones that are left run in JavaScript. */
export function installWasmKernels(): void {
  registerSpaceKernels(wasmKernels, 'wasm', (backend) => wasmSpace(backend as WasmBackend));
  registerFallbackKernels('wasm', 'cpu');
}
