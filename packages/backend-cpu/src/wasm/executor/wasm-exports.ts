/** What the code of `wasm/index.ts` exports. Addresses and bytes are whole numbers below 2³². */
export interface WasmExports {
  /** The first call: this instance is the thread `index` of `count`, and what they share lies at an address. */
  join(control: number, index: number, count: number, maySleep: boolean): void;
  /**
   * Runs the words between two addresses so many times. Behind the table of slots lies memory for as many as there are threads; of
   * the scratch memory each of them has `stride` bytes. The milliseconds of each instruction are added up at `times`, if not 0.
   *
   * @returns 0, or 1 + the number of the instruction that failed
   */
  run(
    from: number,
    to: number,
    repeats: number,
    slotTable: number,
    slotBytes: number,
    scratch: number,
    stride: number,
    shared: number,
    times: number,
  ): number;
  /** The scratch memory that each thread needs for the words between two addresses … */
  scratchBytes(from: number, to: number): number;
  /** … and then, what all of them need together. */
  sharedBytes(): number;
  /** After a failure: the index that was out of range, and the length of its axis. */
  failureIndex(): number;
  failureLength(): number;
  /** What other threads do: their share of every run. It returns after `end`. */
  serve(): void;
  end(): void;
  /** The last call of a thread that served. If it was not told to end, the others stop waiting for it. */
  leave(): void;
  /** Ends all work that threads do together: who waits, traps. */
  breakOff(): void;
  isBroken(): number;
  /** A bit for each thread that has left, by its index. */
  leftThreads(): number;
}
