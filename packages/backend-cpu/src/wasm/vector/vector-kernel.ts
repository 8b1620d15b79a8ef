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

/** Registers kernels on the vector unit in place of those of the WASM backend, unless it has no unit. */
export function registerVectorKernels(kernels: readonly VectorKernel[], backend: WasmBackend): void {
  const units = new WeakMap<KernelBackend, { readonly unit: VectorUnit | undefined }>();
  const unitOf = (owner: KernelBackend): VectorUnit | undefined => {
    const known = units.get(owner) ?? { unit: makeVectorUnit(owner as WasmBackend) };
    units.set(owner, known);
    return known.unit;
  };
  if (!unitOf(backend)) return;
  for (const { name, run } of kernels) {
    const stock = getKernel(name, 'wasm');
    replaceKernel({
      ...stock,
      kernelName: name,
      backendName: 'wasm',
      kernelFunc: (call) => {
        const unit = unitOf(call.backend as KernelBackend);
        if (!unit) return stock!.kernelFunc(call);
        return run({
          unit,
          inputs: call.inputs as NamedTensorInfoMap as Record<string, TensorInfo>,
          attrs: (call.attrs ?? {}) as Record<string, unknown>,
          stock: () => stock!.kernelFunc(call),
        });
      },
    });
  }
}
