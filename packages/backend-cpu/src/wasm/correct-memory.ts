import { BackendError } from '@capas/core';
import type { DataId, TensorInfo } from '@tensorflow/tfjs-core';
import type { WasmBackend } from './wasm-backend.ts';

const corrected = new WeakSet<WasmBackend>();

/** Corrects what tfjs's WASM backend does with memory, once: {@link refuseWhenFull}, {@link readComplex}. */
export function correctMemory(backend: WasmBackend): void {
  if (corrected.has(backend)) return;
  corrected.add(backend);
  refuseWhenFull(backend);
  readComplex(backend);
}

/**
 * Makes a full heap an error. tfjs would go on at address 0; and a request that reaches beyond 4 GB wraps around in the
 * allocator, which then hands out memory that is in use, so such a request is not even made.
 */
function refuseWhenFull({ wasm }: WasmBackend): void {
  wasm._free(wasm._malloc(1)); // the module puts its real function in place at the first call
  const malloc = wasm._malloc;
  wasm._malloc = (bytes) => {
    const address = bytes <= ADDRESSES - wasm.HEAPU8.length ? malloc(bytes) : 0;
    if (address === 0 && bytes > 0)
      throw new BackendError(
        `WebAssembly has no room for ${bytes} bytes more: ${wasm.HEAPU8.length} of at most 4 GB are in use. ` +
          'Use smaller batches, or free tensors with `scope` and `dispose`.',
      );
    return address;
  };
}

const ADDRESSES = 2 ** 32;

/** Lets a WASM backend hold complex64 tensors: it gives them memory already, but cannot read it. */
function readComplex(backend: WasmBackend): void {
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
