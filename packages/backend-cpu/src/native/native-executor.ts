import { BackendError, type DeviceBuffer, type Elements, type Executable, type Executor, type Plan } from '@capas/core';
import { bytesOf, HostBuffer } from './host-buffer.ts';
import type { NativeBinding, NativeExecutable } from './native-binding.ts';
import { explained, layOut } from './native-layout.ts';

/** Runs programs in native code on all cores, in the memory of JavaScript. */
export const nativeExecutor = (binding: NativeBinding): Executor => ({
  name: 'native',
  threads: binding.device().threads,
  residentBytes: Number.POSITIVE_INFINITY,
  allocate: (bytes) => HostBuffer.allocate(bytes, binding.addressOf),
  share: (data) => new HostBuffer(bytesOf(data)),
  compile: (plan) => new NativePlan(binding, plan),
});

/** A plan in native code. */
class NativePlan implements Executable {
  readonly plan: Plan;
  readonly #native: NativeExecutable;
  readonly #bound = new Map<number, HostBuffer>();

  constructor(binding: NativeBinding, plan: Plan) {
    this.plan = plan;
    const { words, segments } = plan;
    const { places, arenaBytes, constants } = layOut(plan);
    const ranges = segments.flatMap((each) => (each.kind === 'words' ? [each.from, each.to] : [-1, -1]));
    this.#native = this.#call(() => new binding.NativeExecutable(words, Int32Array.from(ranges), places, arenaBytes));
    for (const [slot, data] of constants) this.writeSlot(slot, data);
  }

  bind(slot: number, buffer: DeviceBuffer, byteOffset = 0): void {
    if (!(buffer instanceof HostBuffer))
      throw new BackendError(
        'native executor: only its own buffers can be bound. Make them with `allocate` or `share`.',
      );
    this.#call(() => this.#native.bind(slot, buffer.from(byteOffset)));
    this.#bound.set(slot, buffer);
  }

  run(segment: number): void {
    this.#requireBuffers();
    this.#call(() => this.#native.run(segment));
  }

  async runMany(steps: number): Promise<number> {
    this.#requireBuffers();
    try {
      return await this.#native.runMany(steps);
    } catch (error) {
      throw explained(error, this.plan);
    }
  }

  stop(): void {
    this.#native.stop();
  }

  halt(): void {
    this.#native.halt();
  }

  readSlot(slot: number, into: Elements): void {
    this.#call(() => this.#native.readSlot(slot, bytesOf(into)));
  }

  writeSlot(slot: number, data: Elements): void {
    this.#call(() => this.#native.writeSlot(slot, bytesOf(data)));
  }

  profile(on: boolean): Float64Array {
    const nanoseconds = new Float64Array(this.plan.instructions.length);
    nanoseconds.set(this.#call(() => this.#native.profile(on)));
    return nanoseconds;
  }

  dispose(): void {
    this.#call(() => this.#native.dispose());
    this.#bound.clear();
  }

  /** Arrays can be transferred away behind our back, and then their memory is somebody else's. */
  #requireBuffers(): void {
    for (const buffer of this.#bound.values()) buffer.from(0);
  }

  #call<Result>(action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      throw explained(error, this.plan);
    }
  }
}
