import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import { startOwnCode } from '../own-code.ts';
import { ownMemory } from '../own-memory.ts';
import type { WasmBackend } from '../wasm-backend.ts';
import { type VectorExports, vectorModule } from './vector-module.ts';

/** The functions of {@link vectorModule} on the heap of a backend, and what their callers need of it. */
export interface VectorUnit {
  readonly run: VectorExports;
  /** Where the values of a tensor stand. */
  address(tensor: TensorInfo): number;
  output(shape: readonly number[], dtype?: DataType): TensorInfo;
  /** Whether no other tensor shares the memory of this one. */
  isSole(tensor: TensorInfo): boolean;
  /** A tensor that shares the memory of another. */
  share(tensor: TensorInfo): TensorInfo;
  values(tensor: TensorInfo): Float32Array;
  integers(tensor: TensorInfo): Int32Array;
  /** So many floats at an address; valid until the next allocation. */
  floats(address: number, length: number): Float32Array;
  /** Lends memory for so many floats, set to 0, for the time of a call. */
  withZeros<T>(length: number, use: (address: number) => T): T;
}

/** The vector unit of a backend, or `undefined` where it does not fit: without SIMD, or with threads. */
export function makeVectorUnit(backend: WasmBackend): VectorUnit | undefined {
  const memory = ownMemory(backend.wasm);
  const exports = memory && startOwnCode(vectorModule(), memory);
  if (!exports) return undefined;
  const { wasm } = backend;
  return {
    run: exports as VectorExports,
    address: ({ dataId }) => backend.dataIdMap.get(dataId).memoryOffset,
    output: (shape, dtype = 'float32') => backend.makeOutput([...shape], dtype),
    isSole: ({ dataId }) => backend.refCount(dataId) === 1,
    share: ({ dataId, shape, dtype }) => {
      backend.incRef(dataId);
      return { dataId, shape, dtype };
    },
    values: (tensor) => backend.typedArrayFromHeap(tensor) as Float32Array,
    integers: (tensor) => backend.typedArrayFromHeap(tensor) as Int32Array,
    floats: (address, length) => new Float32Array(wasm.HEAPU8.buffer, address, length),
    withZeros: (length, use) => {
      const address = wasm._malloc(4 * length) >>> 0;
      new Float32Array(wasm.HEAPU8.buffer, address, length).fill(0);
      try {
        return use(address);
      } finally {
        wasm._free(address);
      }
    },
  };
}
