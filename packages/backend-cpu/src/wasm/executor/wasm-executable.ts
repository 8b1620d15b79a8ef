import {
  BackendError,
  type DeviceBuffer,
  type Elements,
  type Executable,
  type Plan,
  type Slot,
  StateError,
} from '@capas/core';
import { nextTurn } from './next-turn.ts';
import { bytesOf, WasmBuffer } from './wasm-buffer.ts';
import type { WasmHeap } from './wasm-heap.ts';
import type { WasmThreads } from './wasm-threads.ts';

/** How long `runMany` keeps the thread before others get their turn, in milliseconds. */
const SLICE = 16;

/** A plan in the memory of the module. */
export class WasmExecutable implements Executable {
  readonly plan: Plan;
  readonly #heap: WasmHeap;
  readonly #words: WasmBuffer;
  /** The addresses of the slots, and a copy for each thread. */
  readonly #table: WasmBuffer;
  readonly #scratch: WasmBuffer;
  /** Bytes of the scratch memory for each thread; behind all of these lies what they use together. */
  readonly #stride: number;
  readonly #threads: WasmThreads;
  readonly #arena: WasmBuffer;
  readonly #constants: readonly WasmBuffer[];
  readonly #unbound = new Set<number>();
  /** Milliseconds of each instruction, while they are measured. */
  #times: WasmBuffer | undefined;
  /** The `runMany` that goes on. */
  #current: { isStopped: boolean } | undefined;

  constructor(threads: WasmThreads, heap: WasmHeap, plan: Plan) {
    this.plan = plan;
    this.#threads = threads;
    this.#heap = heap;
    const made: WasmBuffer[] = [];
    const allocate = (bytes: number): WasmBuffer => {
      const buffer = new WasmBuffer(heap, bytes);
      made.push(buffer);
      return buffer;
    };
    try {
      this.#words = allocate(plan.words.byteLength);
      this.#words.write(plan.words);
      const words = this.#words.addressOf(0, 0);
      const { exports } = threads;
      this.#stride = exports.scratchBytes(words, words + plan.words.byteLength) >>> 0;
      this.#scratch = allocate(threads.count * this.#stride + (exports.sharedBytes() >>> 0));
      this.#table = allocate((1 + threads.count) * this.#slotBytes);
      this.#arena = allocate(plan.arenaBytes);
      this.#constants = this.#placeSlots(allocate);
    } catch (error) {
      for (const buffer of made) buffer.dispose();
      throw error;
    }
  }

  bind(slot: number, buffer: DeviceBuffer, byteOffset = 0): void {
    if (!(buffer instanceof WasmBuffer) || buffer.heap !== this.#heap) {
      throw new BackendError('wasm executor: only its own buffers can be bound. Make them with `allocate`.');
    }
    this.#place(slot, buffer.addressOf(byteOffset, bytesIn(this.plan.slots[slot]!)));
    this.#unbound.delete(slot);
  }

  run(segment: number): void {
    this.#runSegment(segment, 1);
  }

  async runMany(steps: number): Promise<number> {
    const current = { isStopped: false };
    this.#current = current;
    const segment = this.plan.segments.findIndex(({ kind }) => kind === 'words');
    let done = 0;
    let slice = 1;
    await this.#threads.complete();
    while (done < steps && !current.isStopped) {
      const count = Math.min(slice, steps - done);
      const start = performance.now();
      this.#runSegment(segment, count);
      done += count;
      const milliseconds = Math.max(performance.now() - start, 0.01);
      slice = Math.max(1, Math.min(2 * slice, Math.floor((SLICE * count) / milliseconds)));
      if (done < steps) await nextTurn();
    }
    return done;
  }

  stop(): void {
    if (this.#current) this.#current.isStopped = true;
  }

  /** Whoever can call this has the thread, so no step is under way. */
  halt(): void {
    this.stop();
  }

  readSlot(slot: number, into: Elements): void {
    bytesOf(into).set(this.#view(slot, into.byteLength));
  }

  writeSlot(slot: number, data: Elements): void {
    this.#view(slot, data.byteLength).set(bytesOf(data));
  }

  profile(on: boolean): Float64Array {
    const nanoseconds = new Float64Array(this.plan.instructions.length);
    if (this.#times)
      new Uint8Array(nanoseconds.buffer).set(this.#heap.view(this.#times.addressOf(0, 0), nanoseconds.byteLength));
    this.#times?.dispose();
    this.#times = on ? new WasmBuffer(this.#heap, nanoseconds.byteLength) : undefined;
    return nanoseconds.map((milliseconds) => 1e6 * milliseconds);
  }

  dispose(): void {
    for (const buffer of [this.#words, this.#scratch, this.#table, this.#arena, ...this.#constants]) buffer.dispose();
    this.#times?.dispose();
  }

  /** Notes where the slots lie that nobody binds, and copies the constants to memory of their own. */
  #placeSlots(allocate: (bytes: number) => WasmBuffer): readonly WasmBuffer[] {
    const constants: WasmBuffer[] = [];
    this.plan.slots.forEach((slot, index) => {
      const { place } = slot;
      if (place.kind === 'arena') {
        this.#place(index, this.#arena.addressOf(place.offset, bytesIn(slot)));
      } else if (place.kind === 'constant') {
        const buffer = allocate(bytesIn(slot));
        buffer.write(allElements(place.data, slot.size));
        constants.push(buffer);
        this.#place(index, buffer.addressOf(0, 0));
      } else if (slot.size > 0 && place.kind !== 'moving') this.#unbound.add(index);
    });
    return constants;
  }

  #place(slot: number, address: number): void {
    this.#table.write(Int32Array.of(address), 4 * slot);
  }

  #view(slot: number, bytes: number): Uint8Array {
    const address = Uint32Array.of(0);
    this.#table.read(new Int32Array(address.buffer), 4 * slot);
    if (this.#unbound.has(slot) || bytes !== bytesIn(this.plan.slots[slot]!)) {
      throw new BackendError(`wasm executor: slot ${slot} does not hold ${bytes} bytes, or was not bound.`);
    }
    return this.#heap.view(address[0]!, bytes);
  }

  #requireBound(): void {
    const [slot] = this.#unbound;
    if (slot === undefined) return;
    const { kind } = this.plan.slots[slot]!.place;
    throw new StateError(`wasm executor: slot ${slot}, of the kind '${kind}', was not bound before \`run\`.`);
  }

  #requireWords(segment: number): { readonly from: number; readonly to: number } {
    const found = this.plan.segments[segment];
    if (found?.kind === 'words') return found;
    throw new BackendError(`wasm executor: segment ${segment} is none that it can run.`);
  }

  get #slotBytes(): number {
    return 4 * this.plan.slots.length;
  }

  #runSegment(segment: number, repeats: number): void {
    this.#requireBound();
    const { from, to } = this.#requireWords(segment);
    const start = this.#words.addressOf(0, 0);
    const scratch = this.#scratch.addressOf(0, 0);
    const failed = this.#threads.run(({ run }) =>
      run(
        start + 4 * from,
        start + 4 * to,
        repeats,
        this.#table.addressOf(0, 0),
        this.#slotBytes,
        scratch,
        this.#stride,
        scratch + this.#threads.count * this.#stride,
        this.#times?.addressOf(0, 0) ?? 0,
      ),
    );
    if (failed === 0) return;
    const index = failed - 1;
    const { primitive = '', origin } = this.plan.instructions[index]?.instruction ?? {};
    const who = `instruction ${index}, ${primitive}${origin ? ` of ${origin}` : ''}`;
    const { exports } = this.#threads;
    const received = exports.failureIndex();
    throw new BackendError(
      `wasm executor: ${who}: an index must be from 0 to ${exports.failureLength() - 1}. Received: ${received}.`,
    );
  }
}

const BYTES = { float32: 4, int32: 4, bool: 1, uint8: 1 } as const;

const bytesIn = ({ dtype, size }: Slot): number => BYTES[dtype] * size;

/** All elements of a constant; one element in the plan stands for all. */
function allElements(data: Elements, size: number): Elements {
  if (data.length === size) return data;
  return new (data.constructor as new (size: number) => Elements)(size).fill(data[0] ?? 0);
}
