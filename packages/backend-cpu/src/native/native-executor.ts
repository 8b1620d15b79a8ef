import { BackendError, type DeviceBuffer, type Elements, type Executable, type Executor } from '@capas/core';
import { bytesOf, HostBuffer } from './host-buffer.ts';
import type { NativeBinding, NativeExecutable } from './native-binding.ts';

type Plan = Executable['plan'];
type Slot = Plan['slots'][number];

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
    const { words, slots, segments } = plan;
    const constants = placeConstants(slots, plan.arenaBytes);
    const places = slots.flatMap((slot, i) => [constants.offsets.get(i) ?? offsetOf(slot), bytesIn(slot)]);
    const ranges = segments.flatMap((each) => (each.kind === 'words' ? [each.from, each.to] : [-1, -1]));
    this.#native = this.#call(
      () =>
        new binding.NativeExecutable(words, Int32Array.from(ranges), Float64Array.from(places), constants.arenaBytes),
    );
    for (const slot of constants.offsets.keys()) this.writeSlot(slot, constantOf(slots[slot]!));
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
      throw this.#explain(error);
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
    const nanoseconds = new Float64Array(this.plan.program.instructions.length);
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
      throw this.#explain(error);
    }
  }

  /** Native code names instructions by their number. */
  #explain(error: unknown): Error {
    const { message, name } = error as Error;
    if (name !== 'Error') return error as Error; // ours, or one of JavaScript
    const named = message.replace(/^instruction (\d+)\b/, (text, index) => {
      const { primitive, origin } = this.plan.program.instructions[Number(index)] ?? {};
      return primitive ? `${text}, ${primitive}${origin ? ` of ${origin}` : ''}` : text;
    });
    return new BackendError(`native executor: ${named}.`);
  }
}

const BYTES = { float32: 4, int32: 4, bool: 1, uint8: 1 } as const;
const ALIGNMENT = 64;

const bytesIn = ({ dtype, size }: Slot): number => BYTES[dtype] * size;

const offsetOf = ({ place }: Slot): number => (place.kind === 'arena' ? place.offset : -1);

/** Constants lie behind the values of the arena. */
function placeConstants(
  slots: readonly Slot[],
  arenaBytes: number,
): { readonly offsets: ReadonlyMap<number, number>; readonly arenaBytes: number } {
  const offsets = new Map<number, number>();
  let end = arenaBytes;
  slots.forEach((slot, i) => {
    if (slot.place.kind !== 'constant') return;
    const offset = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    offsets.set(i, offset);
    end = offset + bytesIn(slot);
  });
  return { offsets, arenaBytes: end };
}

/** All elements of a constant; one element in the plan stands for all. */
function constantOf({ place, size }: Slot): Elements {
  const { data } = place as Extract<Slot['place'], { kind: 'constant' }>;
  if (data.length === size) return data;
  return new (data.constructor as new (size: number) => Elements)(size).fill(data[0] ?? 0);
}
