/** What the native library exports: the other side of `packages/backend-cpu/native/src`. */
export interface NativeBinding {
  readonly NativeExecutable: new (
    words: Int32Array,
    /** From and to of each segment of the plan, or -1 twice. */
    segments: Int32Array,
    /** Of each slot its offset in the arena, or -1 if it will be bound, and its bytes. */
    places: Float64Array,
    arenaBytes: number,
  ) => NativeExecutable;
  readonly NativeKernel: new (
    words: Int32Array,
    places: Float64Array,
    arenaBytes: number,
    /** Which slot each array of a call is for. */
    slots: Uint32Array,
  ) => NativeKernel;
  device(): { readonly threads: number; readonly simd: string };
  /** How many threads programs that are compiled from now on may use at most. */
  setThreads(most: number): void;
  /** Where the bytes of an array lie in the memory of the process. */
  addressOf(bytes: Uint8Array): number;
}

/** As `Executable` of core, in terms of bytes. All throw while `runMany` is at work, except `stop` and `halt`. */
export interface NativeExecutable {
  bind(slot: number, bytes: Uint8Array): void;
  run(segment: number): void;
  runMany(steps: number): Promise<number>;
  stop(): void;
  halt(): void;
  readSlot(slot: number, into: Uint8Array): void;
  writeSlot(slot: number, data: Uint8Array): void;
  profile(on: boolean): number[];
  dispose(): void;
}

/** A plan without instructions of the host, on arrays that come with each call. */
export interface NativeKernel {
  /** Writes the elements of a constant. */
  writeSlot(slot: number, data: Uint8Array): void;
  run(arrays: readonly ArrayBufferView[]): void;
}
