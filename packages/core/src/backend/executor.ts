import type { Plan } from '../plan/plan.ts';
import type { Elements } from '../program/primitive.ts';
import type { Program } from '../program/program.ts';

/**
 * What runs programs on a device. A backend that can has one (`LoadedBackend.executor`); programs, their state and their
 * data live in its buffers.
 */
export interface Executor {
  /** `'native'`, `'wasm'`, `'js'`, `'cuda'`. */
  readonly name: string;
  /** How many threads a program runs on. */
  readonly threads: number;
  /** Bytes that data may take on the device before `fit` hands it over in blocks. */
  readonly residentBytes: number;
  /** Runs programs for their meaning, no faster than kernel by kernel: `jitCompile: 'auto'` leaves it alone. @defaultValue `false` */
  readonly isReference?: boolean;
  /** Primitives that it has no instruction for, though plans do: passes do not make them. @defaultValue none */
  readonly lacks?: readonly string[];
  /** Plans a program, where that is not done by `planProgram`. */
  readonly plan?: (program: Program) => Plan;
  /** What it can do at most. @defaultValue measured where it is asked for, by a large product and a large sum */
  readonly bound?: () => Promise<Bound>;
  /** Memory of the device, all 0. @throws BackendError if there is not enough. */
  allocate(bytes: number): DeviceBuffer;
  /** A buffer over memory of the host, without a copy. `undefined` where the device cannot reach it. The host must not change it during a run. */
  share(data: Elements): DeviceBuffer | undefined;
  /** @throws BackendError with the instruction, if the plan cannot be run. */
  compile(plan: Plan): Executable;
}

/** The most that a device can do, as programs see it. */
export interface Bound {
  readonly flopsPerSecond: number;
  /** Of memory that is not in caches. */
  readonly bytesPerSecond: number;
}

/** Memory of a device. */
export interface DeviceBuffer {
  readonly bytes: number;
  /** Copies elements of the host to the device, from this byte on. */
  write(data: Elements, byteOffset?: number): void;
  /** Copies from the device into elements of the host, from this byte on. */
  read(into: Elements, byteOffset?: number): void;
  dispose(): void;
}

/** A plan that is ready to run. */
export interface Executable {
  readonly plan: Plan;
  /** Says where an input, a state or an output lies: a slot of the plan. Holds until it is bound again. */
  bind(slot: number, buffer: DeviceBuffer, byteOffset?: number): void;
  /** Runs a segment of kind `words` once, on this thread and its helpers, and waits for it. @throws BackendError naming the instruction */
  run(segment: number): void;
  /**
   * Runs the only segment so many times. Where the device can, off the thread of JavaScript; until the promise settles,
   * nothing else may be called but `stop`. Resolves to the number of steps that were done.
   */
  runMany(steps: number): Promise<number>;
  /** Makes `runMany` end after the step it is in. */
  stop(): void;
  /**
   * {@link stop}, and waits on this thread until the step is done: then everything may be called again, before the promise of
   * `runMany` settles. Where it is missing, variables cannot be read while a run goes on.
   */
  halt?(): void;
  /** Copies the elements of a slot to the host, for instructions of the host. */
  readSlot(slot: number, into: Elements): void;
  writeSlot(slot: number, data: Elements): void;
  /** Starts to measure (`true`), or ends: nanoseconds of each instruction of the program since then, by its index. */
  profile(on: boolean): Float64Array;
  /** Frees the arena. Bound buffers stay their owners'. */
  dispose(): void;
}
