import type { DataId, DataType, KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';

/** What tfjs's WASM backend knows of a tensor. */
export interface WasmData {
  /** The number under which the C++ side knows it. */
  readonly id: number;
  readonly memoryOffset: number;
  readonly shape: number[];
  readonly dtype: DataType;
}

/** What we use of tfjs's WASM backend; a test asserts that it is there. */
export interface WasmBackend extends KernelBackend {
  readSync(dataId: DataId, start?: number, end?: number): Float32Array | Int32Array | Uint8Array;
  readonly wasm: WasmModule;
  readonly dataIdMap: { get(dataId: DataId): WasmData };
  numDataIds(): number;
  incRef(dataId: DataId): void;
  makeOutput(shape: number[], dtype: DataType): TensorInfo;
  typedArrayFromHeap(tensor: TensorInfo): Float32Array | Int32Array | Uint8Array;
}

/** What we use of its compiled module. Addresses and counts are plain numbers. */
export interface WasmModule {
  readonly HEAPU8: Uint8Array;
  /** What the compiled code exports; with threads, its memory is not among it. */
  readonly asm?: { readonly memory?: WebAssembly.Memory };
  _malloc: (bytes: number) => number;
  _free(address: number): void;
  readonly tfjs: {
    registerTensor(id: number, size: number, address: number): void;
    disposeData(id: number): void;
  };
  /** `(aId, aShape, 3, bId, bShape, 3, transposeA, transposeB, outId)`; the shapes are addresses of int32 triples. */
  _BatchMatMul(...args: number[]): void;
  /** `(xId, batch, height, width, filterId, …window, …padding, …steps, inChannels, outChannels, outId)` */
  _Conv2D(...args: number[]): void;
}
