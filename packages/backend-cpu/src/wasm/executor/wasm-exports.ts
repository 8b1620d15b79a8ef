/** What the code of `wasm/index.ts` exports. Addresses and bytes are whole numbers below 2³². */
export interface WasmExports {
  /** Runs the words between two addresses. @returns 0, or 1 + the number of the instruction that failed */
  run(from: number, to: number, slotTable: number, scratch: number): number;
  /** The scratch memory that the words between two addresses need. */
  scratchBytes(from: number, to: number): number;
  /** After a failure: the index that was out of range, and the length of its axis. */
  failureIndex(): number;
  failureLength(): number;
}
