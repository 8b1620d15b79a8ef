import {
  engine,
  env,
  findBackendFactory,
  type KernelBackend,
  registerBackend,
  removeBackend,
} from '@tensorflow/tfjs-core';
import { correctMemory } from './correct-memory.ts';
import type { WasmBackend } from './wasm-backend.ts';
import { requireFile, wasmFolder } from './wasm-files.ts';
import type { WasmOptions } from './wasm-provider.ts';

/**
 * Loads tfjs's WASM module, without a network in Node, and returns how many threads it uses.
 *
 * In Node that is one: tfjs starts its threads from `blob:` URLs, which Node's workers refuse, and the module, started
 * by hand, makes a pool of one thread there (tfjs#3830).
 *
 * One thread runs on the module without threads, whose memory our own code may use too.
 *
 * @throws BackendError if the `.wasm` files cannot be read or compiled.
 */
export async function startWasm({ threads = 1, wasmPath }: WasmOptions): Promise<number> {
  const wasm = namespaceOf(await import('@tensorflow/tfjs-backend-wasm'));
  const running = engine().registry.wasm;
  if (running) {
    correctMemory(running as WasmBackend);
    return wasm.getThreadsCount();
  }
  env().set(HAS_THREADS, threads > 1 && (await supportsThreads()));
  const folder = wasmFolder(wasmPath);
  await requireFile(`${folder}${await fileName()}`);
  wasm.setWasmPaths(folder);
  wasm.setThreadsCount(threads);
  const instance = await withoutNewListeners(async () => await findBackendFactory('wasm')(), folder);
  correctMemory(instance as WasmBackend);
  removeBackend('wasm');
  registerBackend('wasm', () => instance, WASM_PRIORITY);
  return wasm.getThreadsCount();
}

const WASM_PRIORITY = 2;

/** The flags by which tfjs chooses among its files. */
const HAS_THREADS = 'WASM_HAS_MULTITHREAD_SUPPORT';
const HAS_SIMD = 'WASM_HAS_SIMD_SUPPORT';

/** Asks anew, whatever an earlier start has set. */
async function supportsThreads(): Promise<boolean> {
  delete env().getFlags()[HAS_THREADS];
  return (await env().getAsync(HAS_THREADS)) as boolean;
}

/** The one of the three files that tfjs will load. */
async function fileName(): Promise<string> {
  if (!(await env().getAsync(HAS_SIMD))) return 'tfjs-backend-wasm.wasm';
  return `tfjs-backend-wasm-${env().get(HAS_THREADS) ? 'threaded-simd' : 'simd'}.wasm`;
}

type WasmPackage = typeof import('@tensorflow/tfjs-backend-wasm');

/** In Node the package is CommonJS, and all of it is the default export. */
const namespaceOf = (module: WasmPackage): WasmPackage =>
  (module as WasmPackage & { default?: WasmPackage }).default ?? module;

/**
 * Starts the module without the listeners that its loader adds to the process, which would turn every unhandled
 * rejection and uncaught exception of the program into an exception of theirs.
 */
async function withoutNewListeners(start: () => Promise<KernelBackend>, folder: string): Promise<KernelBackend> {
  const target = globalThis.process?.versions?.node ? globalThis.process : undefined;
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => target?.listeners(event as never) ?? []);
  try {
    return await start();
  } catch (error) {
    throw new Error(
      `the WebAssembly module could not be started from '${folder}': ${(error as Error).message ?? error} ` +
        '`cpu({ wasmPath })` says where the .wasm files are.',
    );
  } finally {
    events.forEach((event, i) => {
      for (const listener of target?.listeners(event as never) ?? [])
        if (!before[i]!.includes(listener)) target?.removeListener(event, listener as never);
    });
  }
}
