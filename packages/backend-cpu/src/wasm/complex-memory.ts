import type { DataId, TensorInfo } from '@tensorflow/tfjs-core';
import type { WasmBackend } from './wasm-backend.ts';

/** Lets a WASM backend hold complex64 tensors: it gives them memory already, but cannot read it. */
export function readComplex(backend: WasmBackend): void {
  const { readSync, typedArrayFromHeap } = backend;
  const viewOf = ({ memoryOffset, shape }: { memoryOffset: number; shape: readonly number[] }): Float32Array =>
    new Float32Array(
      backend.wasm.HEAPU8.buffer,
      memoryOffset,
      shape.reduce((product, dim) => product * dim, 2),
    );
  backend.readSync = (dataId: DataId, start?: number, end?: number) => {
    const data = backend.dataIdMap.get(dataId);
    return data.dtype === 'complex64' ? viewOf(data).slice() : readSync.call(backend, dataId, start, end);
  };
  backend.typedArrayFromHeap = (tensor: TensorInfo) =>
    tensor.dtype === 'complex64'
      ? viewOf(backend.dataIdMap.get(tensor.dataId))
      : typedArrayFromHeap.call(backend, tensor);
}
