import type { Executor } from '@capas/core';
import { startWasmExecutor } from './wasm-executor.ts';

/** By the tfjs backend that they run beside, and their number of threads. */
const executors = new WeakMap<object, Map<number, Promise<Executor | undefined>>>();

/** The executor beside a tfjs backend: one for each number of threads, however often the backend is chosen. */
export function executorBeside(backend: object, threads = 1): Promise<Executor | undefined> {
  const known = executors.get(backend) ?? new Map<number, Promise<Executor | undefined>>();
  executors.set(backend, known);
  const executor = known.get(threads) ?? startWasmExecutor({ threads });
  known.set(threads, executor);
  return executor;
}
