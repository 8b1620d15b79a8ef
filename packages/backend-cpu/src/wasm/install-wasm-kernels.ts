import { registerFallbackKernels } from '@capas/core';

/** Completes and corrects tfjs's WASM kernels; the rare ones that are left run in JavaScript. */
export function installWasmKernels(): void {
  registerFallbackKernels('wasm', 'cpu');
}
