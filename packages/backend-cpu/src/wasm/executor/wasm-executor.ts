import { BackendError, type DeviceBuffer, type Executable, type Executor, type Plan } from '@capas/core';
import { compileCode, MOST_PAGES, type Simd, startCode } from './start-code.ts';
import { hasSharedMemory, isNode, startThreads } from './start-threads.ts';
import { WasmBuffer } from './wasm-buffer.ts';
import { WasmExecutable } from './wasm-executable.ts';
import type { WasmExports } from './wasm-exports.ts';
import { WasmHeap } from './wasm-heap.ts';

/** How far data may fill the memory before `fit` hands it over in blocks. */
const RESIDENT_BYTES = 512 * 2 ** 20;

const PAGE = 65536;

/** The first page belongs to the code itself; in its second half lies what threads share. */
const CONTROL = 32768;

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
    const exports = await startCode(code);
    exports.join(CONTROL, 0, threads, isNode());
    if (threads > 1) await startThreads(code, CONTROL, threads);
    return new WasmExecutor(exports, new WasmHeap(code.memory, PAGE, MOST_PAGES * PAGE), threads);
  } catch (error) {
    // threads may be forbidden where shared memory is not
    if (threads > 1) return startWasmExecutor({ ...options, threads: 1 });
    throw new BackendError(`wasm executor: the engine does not start its code: ${(error as Error).message}`);
  }
}

/** Runs programs in WebAssembly. */
class WasmExecutor implements Executor {
  readonly name = 'wasm';
  readonly threads: number;
  readonly residentBytes: number = RESIDENT_BYTES;
  readonly #exports: WasmExports;
  readonly #heap: WasmHeap;

  constructor(exports: WasmExports, heap: WasmHeap, threads: number) {
    this.#exports = exports;
    this.#heap = heap;
    this.threads = threads;
  }

  allocate(bytes: number): DeviceBuffer {
    return new WasmBuffer(this.#heap, bytes);
  }

  /** It reaches no memory but its own. */
  share(): undefined {
    return undefined;
  }

  compile(plan: Plan): Executable {
    return new WasmExecutable(this.#exports, this.#heap, plan, this.threads);
  }
}
