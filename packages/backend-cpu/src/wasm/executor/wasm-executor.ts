import { BackendError, type DeviceBuffer, type Executable, type Executor, type Plan } from '@capas/core';
import { compileCode, MOST_PAGES, type Simd } from './start-code.ts';
import { hasSharedMemory } from './start-threads.ts';
import { WasmBuffer } from './wasm-buffer.ts';
import { WasmExecutable } from './wasm-executable.ts';
import { WasmHeap } from './wasm-heap.ts';
import { WasmThreads } from './wasm-threads.ts';

/** How far data may fill the memory before `fit` hands it over in blocks. */
const RESIDENT_BYTES = 512 * 2 ** 20;

const PAGE = 65536;

/** How an executor is started. */
export interface WasmExecutorOptions {
  /** Which code to start. @defaultValue the fastest that the engine knows */
  readonly simd?: Simd;
  /** Where threads cannot share memory, there is one. @defaultValue 1 */
  readonly threads?: number | undefined;
}

/**
 * Starts what runs programs in WebAssembly, in memory of its own. `undefined` where the engine knows no SIMD.
 *
 * @throws {BackendError} The engine refuses to start the code.
 */
export async function startWasmExecutor(options: WasmExecutorOptions = {}): Promise<Executor | undefined> {
  const threads = hasSharedMemory() ? (options.threads ?? 1) : 1;
  try {
    const code = await compileCode(2, threads > 1, options.simd);
    if (!code) return undefined;
    return new WasmExecutor(await WasmThreads.start(code, threads), new WasmHeap(code.memory, PAGE, MOST_PAGES * PAGE));
  } catch (error) {
    // threads may be forbidden where shared memory is not
    if (threads > 1) return startWasmExecutor({ ...options, threads: 1 });
    throw new BackendError(`wasm executor: the engine does not start its code: ${(error as Error).message}`);
  }
}

/** Runs programs in WebAssembly. */
class WasmExecutor implements Executor {
  readonly name = 'wasm';
  readonly residentBytes: number = RESIDENT_BYTES;
  // there it stays the products and the softmax that it is made of
  readonly lacks = ['attention', 'attentionGrad'];
  readonly #threads: WasmThreads;
  readonly #heap: WasmHeap;

  constructor(threads: WasmThreads, heap: WasmHeap) {
    this.#threads = threads;
    this.#heap = heap;
  }

  get threads(): number {
    return this.#threads.count;
  }

  allocate(bytes: number): DeviceBuffer {
    return new WasmBuffer(this.#heap, bytes);
  }

  /** It reaches no memory but its own. */
  share(): undefined {
    return undefined;
  }

  compile(plan: Plan): Executable {
    return new WasmExecutable(this.#threads, this.#heap, plan);
  }
}
