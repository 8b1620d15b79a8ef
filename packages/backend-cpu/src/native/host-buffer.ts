import { BackendError, type DeviceBuffer, type Elements, StateError } from '@capas/core';

const ALIGNMENT = 64;

/** Memory of JavaScript that native code works in. */
export class HostBuffer implements DeviceBuffer {
  readonly bytes: number;
  #memory: Uint8Array | undefined;

  constructor(memory: Uint8Array) {
    this.bytes = memory.byteLength;
    this.#memory = memory;
  }

  /**
   * Bytes that are 0, at an address that is a multiple of 64: vectors of native code then lie in one cache line each.
   *
   * @throws BackendError if there are not as many.
   */
  static allocate(bytes: number, addressOf: (bytes: Uint8Array) => number): HostBuffer {
    const memory = allocate(bytes + ALIGNMENT);
    const offset = (ALIGNMENT - (addressOf(memory) % ALIGNMENT)) % ALIGNMENT;
    return new HostBuffer(memory.subarray(offset, offset + bytes));
  }

  /** The bytes from this one on. @throws StateError if they were freed, or their array was transferred */
  from(byteOffset: number): Uint8Array {
    const memory = this.#memory;
    if (!memory) throw new StateError('native executor: a buffer was disposed of and cannot be used any more.');
    if (memory.byteLength < this.bytes)
      throw new StateError('native executor: the array of a buffer was transferred and cannot be used any more.');
    return memory.subarray(byteOffset);
  }

  write(data: Elements, byteOffset = 0): void {
    this.from(byteOffset).set(bytesOf(data));
  }

  read(into: Elements, byteOffset = 0): void {
    bytesOf(into).set(this.from(byteOffset).subarray(0, into.byteLength));
  }

  dispose(): void {
    this.#memory = undefined;
  }
}

function allocate(bytes: number): Uint8Array {
  try {
    return new Uint8Array(bytes);
  } catch {
    throw new BackendError(`native executor: there is no memory for ${bytes} bytes more.`);
  }
}

/** The bytes of elements, in place. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: Elements): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
