import { cpu } from '@capas/backend-cpu';
import { type DeviceBuffer, type Executable, type Executor, jsExecutor, useBackend } from '@capas/core';

/** An executor like that of js that counts what it holds, and whose runs go on while JavaScript does other things. */
export interface WatchedExecutor extends Executor {
  /** Buffers and executables that were made and not freed. */
  readonly held: { buffers: number; executables: number };
  /** How many programs were compiled. */
  compiled: number;
  /** The steps of every `runMany`. */
  readonly chunks: number[];
}

/** Makes such an executor. With `halts: false` it cannot be waited for. */
export function watchedExecutor(
  options: { residentBytes?: number; shares?: boolean; halts?: boolean } = {},
): WatchedExecutor {
  const { residentBytes = Number.POSITIVE_INFINITY, shares = true, halts = true } = options;
  const held = { buffers: 0, executables: 0 };
  const watch = (buffer: DeviceBuffer): DeviceBuffer => {
    held.buffers++;
    const { dispose } = buffer;
    buffer.dispose = () => {
      held.buffers--;
      dispose.call(buffer);
    };
    return buffer;
  };
  const executor: WatchedExecutor = {
    name: 'watched',
    threads: 1,
    residentBytes,
    plan: jsExecutor.plan!,
    held,
    compiled: 0,
    chunks: [],
    allocate: (bytes) => watch(jsExecutor.allocate(bytes)),
    share: (data) => {
      const buffer = shares ? jsExecutor.share(data) : undefined;
      return buffer && watch(buffer);
    },
    compile: (plan) => {
      executor.compiled++;
      held.executables++;
      return background(jsExecutor.compile(plan), executor, halts);
    },
  };
  return executor;
}

/** Runs the steps of `runMany` one by one, each in a task of its own. */
function background(inner: Executable, executor: WatchedExecutor, halts: boolean): Executable {
  const state = { isStopped: false, isRunning: false };
  const requireIdle = (): void => {
    if (state.isRunning) throw new Error('a run is going on');
  };
  return {
    plan: inner.plan,
    bind: (...given) => {
      requireIdle();
      inner.bind(...given);
    },
    run: (segment) => {
      requireIdle();
      inner.run(segment);
    },
    runMany: async (steps) => {
      requireIdle();
      executor.chunks.push(steps);
      state.isRunning = true;
      state.isStopped = false;
      let done = 0;
      try {
        for (; done < steps && !state.isStopped; done++) {
          inner.run(0);
          await new Promise((resolve) => setImmediate(resolve));
        }
      } finally {
        state.isRunning = false;
      }
      return done;
    },
    stop: () => {
      state.isStopped = true;
    },
    ...(halts && {
      halt: () => {
        state.isStopped = true;
        state.isRunning = false;
      },
    }),
    readSlot: (slot, into) => inner.readSlot(slot, into),
    writeSlot: (slot, data) => inner.writeSlot(slot, data),
    profile: (on) => inner.profile(on),
    dispose: () => {
      requireIdle();
      executor.held.executables--;
      inner.dispose();
    },
  };
}

/** Makes the kernels of js and this executor the active backend. */
export async function useExecutor(executor: Executor): Promise<void> {
  const [js] = cpu({ prefer: ['js'] });
  await useBackend({
    name: executor.name,
    probe: js!.probe,
    load: async () => ({ ...(await js!.load()), executor }),
  });
}
