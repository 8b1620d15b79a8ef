import { replaceKernel } from '@capas/core';
import {
  getKernel,
  type KernelBackend,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { Space, SpaceKernel } from './space.ts';

/** Registers kernels for a backend, over the {@link Space} that `spaceOf` makes of it. */
export function registerSpaceKernels(
  kernels: readonly SpaceKernel[],
  backendName: string,
  spaceOf: (backend: KernelBackend) => Space,
): void {
  const spaces = new WeakMap<KernelBackend, Space>();
  for (const { name, run } of kernels) {
    const stock = getKernel(name, backendName);
    replaceKernel({
      kernelName: name,
      backendName,
      ...(stock?.setupFunc && { setupFunc: stock.setupFunc }),
      kernelFunc: (call) => {
        const { inputs, attrs, backend } = call;
        const owner = backend as KernelBackend;
        const space = spaces.get(owner) ?? spaceOf(owner);
        spaces.set(owner, space);
        return run({
          space,
          inputs: inputs as NamedTensorInfoMap as Record<string, TensorInfo>,
          attrs: (attrs ?? {}) as NamedAttrMap as Record<string, unknown>,
          stock: () => stock!.kernelFunc(call),
        });
      },
    });
  }
}
