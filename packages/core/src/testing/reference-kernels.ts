import type { KernelBackend, KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { type Shape, sizeOf } from '../tensor/shape.ts';

/** Kernels that tfjs-core names and no backend of tfjs has, written out for tests on the `cpu` engine. */
export function registerReferenceKernels(register: (config: KernelConfig) => void): void {
  register({
    kernelName: 'LogSoftmax',
    backendName: 'cpu',
    kernelFunc: ({ inputs, backend }) => {
      const { logits } = inputs as { logits: TensorInfo };
      const storage = backend as KernelBackend;
      const x = storage.readSync(logits.dataId) as Float32Array;
      const length = logits.shape.at(-1)!;
      const y = x.map((value, i) => {
        const row = x.subarray(i - (i % length), i - (i % length) + length);
        return value - Math.log(row.reduce((sum, item) => sum + Math.exp(item), 0));
      });
      return { dataId: storage.write(y, logits.shape, 'float32'), shape: logits.shape, dtype: 'float32' };
    },
  });
  register({
    kernelName: 'BroadcastTo',
    backendName: 'cpu',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { x } = inputs as { x: TensorInfo };
      const { shape } = attrs as unknown as { shape: number[] };
      const storage = backend as KernelBackend;
      const source = storage.readSync(x.dataId) as Float32Array;
      const y = Float32Array.from({ length: sizeOf(shape) }, (_, i) => source[sourceIndex(i, shape, x.shape)]!);
      return { dataId: storage.write(y, shape, x.dtype), shape, dtype: x.dtype };
    },
  });
}

/** The flat index in a tensor of shape `from` of what element `index` of its broadcast `to` shows. */
function sourceIndex(index: number, to: Shape, from: Shape): number {
  let rest = index;
  let at = 0;
  let stride = 1;
  for (let axis = to.length - 1; axis >= 0; axis--) {
    const place = rest % to[axis]!;
    rest = (rest - place) / to[axis]!;
    const dim = from[axis - (to.length - from.length)];
    if (dim === undefined) break;
    if (dim > 1) at += place * stride;
    stride *= dim;
  }
  return at;
}
