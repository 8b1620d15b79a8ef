import { BackendError, type DeviceBuffer, type Elements, StateError } from '@capas/core';
import type { WasmHeap } from './wasm-heap.ts';

/** Memory of the module. */
export class WasmBuffer implements DeviceBuffer {
  readonly heap: WasmHeap;
  readonly bytes: number;
  #address: number | undefined;

  constructor(heap: WasmHeap, bytes: number) {
    this.heap = heap;
    this.bytes = bytes;
    this.#address = heap.allocate(bytes);
  }

  /** The address of the byte `byteOffset`, behind which at least `bytes` more belong to the buffer. */
  addressOf(byteOffset: number, bytes: number): number {
    if (this.#address === undefined) throw new StateError('wasm executor: a buffer was used after `dispose`.');
    if (byteOffset < 0 || byteOffset + bytes > this.bytes) {
      throw new BackendError(
        `wasm executor: ${bytes} bytes from byte ${byteOffset} on do not lie in a buffer of ${this.bytes}.`,
      );
    }
    return this.#address + byteOffset;
  }

  write(data: Elements, byteOffset = 0): void {
    const { byteLength } = data;
    this.heap.view(this.addressOf(byteOffset, byteLength), byteLength).set(bytesOf(data));
  }

  read(into: Elements, byteOffset = 0): void {
    const { byteLength } = into;
    bytesOf(into).set(this.heap.view(this.addressOf(byteOffset, byteLength), byteLength));
  }

  dispose(): void {
    if (this.#address === undefined) return;
    this.heap.free(this.#address, this.bytes);
    this.#address = undefined;
  }
}

/** The memory of elements. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: Elements): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
