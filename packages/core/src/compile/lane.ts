import type { Executable, Executor } from '../backend/executor.ts';
import { StateError } from '../errors.ts';
import type { Residence } from '../tensor/variable.ts';

/** A run off the thread of JavaScript, and the variables that it works on. */
interface Running {
  readonly executable: Executable;
  readonly uses: ReadonlySet<Residence>;
}

/**
 * The order of runs on an executor, which does one at a time: several models may be trained at once from one process, chunk by
 * chunk.
 */
export class Lane {
  #running: Running | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** The lane of an executor. */
  static of(executor: Executor): Lane {
    const known = lanes.get(executor);
    if (known) return known;
    const lane = new Lane();
    lanes.set(executor, lane);
    return lane;
  }

  /** Runs many steps when it is its turn. `start` is called right before: it says how many are wanted, and what they use. */
  runMany(executable: Executable, start: () => { steps: number; uses: ReadonlySet<Residence> }): Promise<number> {
    const turn = this.#last.then(async () => {
      const { steps, uses } = start();
      if (steps === 0) return 0;
      const running = { executable, uses };
      this.#running = running;
      try {
        return await executable.runMany(steps);
      } finally {
        if (this.#running === running) this.#running = undefined;
      }
    });
    this.#last = turn.catch(() => {});
    return turn;
  }

  /**
   * Ends what runs now after the step it is in, and waits for that, so that this thread can run or read something. A run that
   * does not use `needed` is left alone.
   *
   * @throws StateError where the executor cannot be waited for
   */
  halt(who: string, needed?: Residence): void {
    const running = this.#running;
    if (!running || (needed && !running.uses.has(needed))) return;
    if (!running.executable.halt) {
      throw new StateError(
        `${who}: a program is running, and this backend cannot wait for it here. Use it after the call that runs it (fit, evaluate, predict), or in a callback.`,
      );
    }
    running.executable.halt();
    this.#running = undefined;
  }
}

const lanes = new WeakMap<Executor, Lane>();
