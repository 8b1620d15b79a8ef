import { BackendError } from '@capas/core';

/** A stretch of memory. */
interface Place {
  readonly address: number;
  readonly bytes: number;
}

const ALIGNMENT = 64;
const PAGE = 65536;

/** Vectors may reach over the end of what they read by so much. */
const MARGIN = 64;

/** Gives out the memory of a module, which grows as needed. Addresses are multiples of 64. */
export class WasmHeap {
  readonly memory: WebAssembly.Memory;
  /** By address; no two of them touch. */
  readonly #free: Place[] = [];
  /** Where nothing was given out yet. */
  #end: number;
  readonly #limit: number;

  /**
   * @param start What lies below is the module's own.
   * @param limit How large the memory may become, in bytes.
   */
  constructor(memory: WebAssembly.Memory, start: number, limit: number) {
    this.memory = memory;
    this.#end = roundUp(start);
    this.#limit = limit;
  }

  /**
   * Memory whose bytes are all 0.
   *
   * @throws {BackendError} There is not enough.
   */
  allocate(bytes: number): number {
    const size = roundUp(Math.max(bytes, 1));
    const place = this.#free.findIndex((each) => each.bytes >= size);
    if (place >= 0) {
      const { address, bytes: all } = this.#free[place]!;
      const rest = all > size ? [{ address: address + size, bytes: all - size }] : [];
      this.#free.splice(place, 1, ...rest);
      new Uint8Array(this.memory.buffer, address, size).fill(0);
      return address;
    }
    const address = this.#end;
    this.#require(address + size + MARGIN, bytes);
    this.#end += size;
    // it may have been in use before, and given back at the end
    new Uint8Array(this.memory.buffer, address, size).fill(0);
    return address;
  }

  /** Takes back what `allocate` gave for so many bytes. */
  free(address: number, bytes: number): void {
    const size = roundUp(Math.max(bytes, 1));
    const at = this.#free.findIndex((each) => each.address > address);
    const place = at < 0 ? this.#free.length : at;
    const before = this.#free[place - 1];
    const after = this.#free[place];
    const joinsBefore = before && before.address + before.bytes === address;
    const joinsAfter = after && address + size === after.address;
    const start = joinsBefore ? before.address : address;
    const end = joinsAfter ? after.address + after.bytes : address + size;
    const first = joinsBefore ? place - 1 : place;
    this.#free.splice(first, Number(!!joinsBefore) + Number(!!joinsAfter), { address: start, bytes: end - start });
    if (end !== this.#end) return;
    this.#free.splice(first, 1);
    this.#end = start;
  }

  /** Bytes at an address. The view holds until memory is allocated. */
  view(address: number, bytes: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, bytes);
  }

  #require(end: number, bytes: number): void {
    const missing = end - this.memory.buffer.byteLength;
    if (missing <= 0) return;
    try {
      if (end > this.#limit) throw new RangeError('beyond the limit');
      this.memory.grow(Math.ceil(missing / PAGE));
    } catch {
      const mega = (count: number) => `${(count / 2 ** 20).toFixed(1)} MB`;
      throw new BackendError(
        `wasm executor: there is no memory for another ${mega(bytes)}; ${mega(this.#end)} are in use. ` +
          'Dispose of models and data that are no longer needed, or use smaller batches.',
      );
    }
  }
}

const roundUp = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
