import type { BatchOrderState } from './batch-order.ts';

/** Runs the steps of a model epoch by epoch, wherever the batches come from. */
export interface EpochRunner {
  /** Batches of an epoch, as far as that is known. */
  readonly steps: number | undefined;
  /** How many samples there are, as far as that is known. */
  readonly samples: number | undefined;
  /** Where it stands among the data; another one on the same data can go on from there. */
  state: BatchOrderState;
  /** Finds what does not fit before anything is changed. */
  prepare(): void | Promise<void>;
  /**
   * Gets ready for an epoch.
   *
   * @param goesOn whether it goes on where the last one ended, if there is something left
   * @returns whether there are data
   */
  startEpoch(goesOn: boolean): boolean | Promise<boolean>;
  /** Whether there is another batch. */
  hasNext(): boolean | Promise<boolean>;
  /** Runs the next batches, at most `limit`; as many as take a moment. Resolves to their number: 0 where the data have ended. */
  advance(limit: number): Promise<number>;
  /** Runs so many batches, also where they take longer. Resolves to their number, which is smaller where the data have ended. */
  run(count: number): Promise<number>;
  /** Frees what it holds. */
  dispose(): void;
}

/** The number of steps after which an epoch ends, if its data do not end before. */
export const lastStep = (runner: EpochRunner, wanted: number | undefined): number =>
  // of a stream only its end says where it is
  runner.samples === undefined
    ? (wanted ?? Number.POSITIVE_INFINITY)
    : Math.min(wanted ?? Number.POSITIVE_INFINITY, runner.steps!);
