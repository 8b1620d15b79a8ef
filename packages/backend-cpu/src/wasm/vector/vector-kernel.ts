import { replaceKernel } from '@capas/core';
import { getKernel, type KernelBackend, type NamedTensorInfoMap, type TensorInfo } from '@tensorflow/tfjs-core';
import type { WasmBackend } from '../wasm-backend.ts';
import { makeVectorUnit, type VectorUnit } from './vector-unit.ts';

/** A kernel on the vector unit. */
export interface VectorKernel {
  readonly name: string;
  run(call: VectorCall): TensorInfo | TensorInfo[];
}

/** What a kernel is called with. */
export interface VectorCall {
  readonly unit: VectorUnit;
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly attrs: Readonly<Record<string, unknown>>;
  /** The kernel that was there before, on the same call, for what ours leaves to it. */
  stock(): TensorInfo | TensorInfo[];
}

/** Registers kernels on the vector unit in place of those of the WASM backend, which go on where there is no unit. */
export function registerVectorKernels(kernels: readonly VectorKernel[]): void {
  const units = new WeakMap<KernelBackend, { readonly unit: VectorUnit | undefined }>();
  for (const { name, run } of kernels) {
    const stock = getKernel(name, 'wasm');
    if (!stock) continue;
    replaceKernel({
      ...stock,
      kernelFunc: (call) => {
        const owner = call.backend as KernelBackend;
        const { unit } = units.get(owner) ?? { unit: makeVectorUnit(owner as WasmBackend) };
        units.set(owner, { unit });
        if (!unit) return stock.kernelFunc(call);
        return run({
          unit,
          inputs: call.inputs as NamedTensorInfoMap as Record<string, TensorInfo>,
          attrs: (call.attrs ?? {}) as Record<string, unknown>,
          stock: () => stock.kernelFunc(call),
        });
      },
    });
  }
}
