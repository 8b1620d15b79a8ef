import { hasKernel, registerFallbackKernels, replaceKernel } from '@capas/core';
import { findBackend, getKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import { wasmKernels } from '../kernels/index.ts';
import { registerSpaceKernels } from '../kernels/register.ts';
import { makeGemm } from './gemm/gemm.ts';
import { identity } from './identity.ts';
import { vectorKernels } from './vector/kernels/index.ts';
import { registerVectorKernels } from './vector/vector-kernel.ts';
import type { WasmBackend } from './wasm-backend.ts';
import { wasmSpace } from './wasm-space.ts';

const installed = { done: false };

/** Completes and corrects tfjs's WASM kernels, once; the rare ones that are left run in JavaScript. */
export function installWasmKernels(): void {
  if (installed.done) return;
  installed.done = true;
  registerSpaceKernels(wasmKernels, 'wasm', (backend) => {
    const owner = backend as WasmBackend;
    return wasmSpace(owner, makeGemm(owner.wasm));
  });
  replaceKernel(identity(getKernel('Identity', 'wasm')!));
  registerVectorKernels(vectorKernels, findBackend('wasm') as WasmBackend);
  for (const name of WRONG_AND_RARE) if (hasKernel(name, 'wasm')) unregisterKernel(name, 'wasm');
  registerFallbackKernels('wasm', 'cpu');
}

/**
 * Kernels of tfjs's WASM backend that fail the conformance suite and that no layer of Keras needs: the dilations take
 * 1e-38 for the least number, the rotation fills with integers read as floats.
 */
const WRONG_AND_RARE = [
  'Dilation2D',
  'Dilation2DBackpropFilter',
  'Dilation2DBackpropInput',
  'RotateWithOffset',
] as const;
