import { BackendError, type DeviceBuffer, type Executable, type Executor, type Plan } from '@capas/core';
import { allowRelaxedSimd } from '../relaxed-simd.ts';
import { WasmBuffer } from './wasm-buffer.ts';
import { WasmExecutable } from './wasm-executable.ts';
import type { WasmExports } from './wasm-exports.ts';
import { WasmHeap } from './wasm-heap.ts';

/** How data may fill the memory before `fit` hands it over in blocks. */
const RESIDENT_BYTES = 512 * 2 ** 20;

/** Below it lies what belongs to the code itself. */
const HEAP_START = 65536;

/** 32-bit addresses, less one page, so that the end of memory has an address too. */
const MOST_PAGES = 65535;
const PAGE = 65536;

/** Which code to start. @defaultValue the fastest that the engine knows */
export interface WasmExecutorOptions {
  readonly simd?: 'relaxed' | 'plain';
}

/**
 * Starts what runs programs in WebAssembly, on one thread, in memory of its own. `undefined` where the engine knows no SIMD.
 *
 * @throws {BackendError} The engine refuses to start the code.
 */
export async function startWasmExecutor({ simd }: WasmExecutorOptions = {}): Promise<Executor | undefined> {
  const { relaxed, plain } = await import('./wasm-code.mjs');
  if (simd !== 'plain') allowRelaxedSimd();
  const codes = { relaxed: [relaxed], plain: [plain] };
  const code = (simd ? codes[simd] : [relaxed, plain]).map(fromBase64).find((each) => WebAssembly.validate(each));
  if (!code) return undefined;
  const memory = new WebAssembly.Memory({ initial: 2 * (HEAP_START / PAGE), maximum: MOST_PAGES });
  const remainder = (a: number, b: number) => a % b;
  const imports = { env: { memory }, Math: mathFunctions(), capas: { remainder } };
  try {
    const { instance } = await WebAssembly.instantiate(code, imports);
    const heap = new WasmHeap(memory, HEAP_START, MOST_PAGES * PAGE);
    return new WasmExecutor(instance.exports as unknown as WasmExports, heap);
  } catch (error) {
    throw new BackendError(`wasm executor: the engine does not start its code: ${(error as Error).message}`);
  }
}

/** Runs programs in WebAssembly. */
class WasmExecutor implements Executor {
  readonly name = 'wasm';
  readonly threads = 1;
  readonly residentBytes: number = RESIDENT_BYTES;
  readonly #exports: WasmExports;
  readonly #heap: WasmHeap;

  constructor(exports: WasmExports, heap: WasmHeap) {
    this.#exports = exports;
    this.#heap = heap;
  }

  allocate(bytes: number): DeviceBuffer {
    return new WasmBuffer(this.#heap, bytes);
  }

  /** It reaches no memory but its own. */
  share(): undefined {
    return undefined;
  }

  compile(plan: Plan): Executable {
    return new WasmExecutable(this.#exports, this.#heap, plan);
  }
}

/** The functions of `Math`, whose names cannot be listed. */
const mathFunctions = (): Record<string, (...args: number[]) => number> =>
  Object.fromEntries(
    (Object.getOwnPropertyNames(Math) as (keyof Math)[]).flatMap((name) => {
      const value: unknown = Math[name];
      return typeof value === 'function' ? [[name, value as (...args: number[]) => number]] : [];
    }),
  );

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  return Uint8Array.from({ length: binary.length }, (_, i) => binary.charCodeAt(i));
}
