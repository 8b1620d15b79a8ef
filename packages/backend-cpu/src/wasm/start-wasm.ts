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
import { requireFile, wasmFile } from './wasm-files.ts';

/**
 * Loads tfjs's WASM module, without a network in Node: the one without threads, whose memory our own code may use too. (Its threads
 * start from the text of a function, which means nothing where a bundler has renamed what it uses, and not at all in Node, tfjs#3830.)
 *
 * @throws BackendError if the `.wasm` file cannot be read or compiled.
 */
export async function startWasm(wasmPath: string | undefined): Promise<void> {
  const wasm = namespaceOf(await import('@tensorflow/tfjs-backend-wasm'));
  const running = engine().registry.wasm;
  if (running) {
    correctMemory(running as WasmBackend);
    return;
  }
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  const name = (await env().getAsync('WASM_HAS_SIMD_SUPPORT')) ? SIMD : PLAIN;
  const file = wasmFile(name, wasmPath);
  await requireFile(file);
  // tfjs asks for all names, and loads one
  wasm.setWasmPaths({ [SIMD]: file, [PLAIN]: file, 'tfjs-backend-wasm-threaded-simd.wasm': file });
  const instance = await withoutNewListeners(async () => await findBackendFactory('wasm')(), file);
  correctMemory(instance as WasmBackend);
  removeBackend('wasm');
  registerBackend('wasm', () => instance, WASM_PRIORITY);
}

const WASM_PRIORITY = 2;

/** The files that can be loaded. */
const SIMD = 'tfjs-backend-wasm-simd.wasm';
const PLAIN = 'tfjs-backend-wasm.wasm';

type WasmPackage = typeof import('@tensorflow/tfjs-backend-wasm');

/** In Node the package is CommonJS, and all of it is the default export. */
const namespaceOf = (module: WasmPackage): WasmPackage =>
  (module as WasmPackage & { default?: WasmPackage }).default ?? module;

/**
 * Starts the module without the listeners that its loader adds to the process, which would turn every unhandled
 * rejection and uncaught exception of the program into an exception of theirs.
 */
async function withoutNewListeners(start: () => Promise<KernelBackend>, file: string): Promise<KernelBackend> {
  const target = globalThis.process?.versions?.node ? globalThis.process : undefined;
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => target?.listeners(event as never) ?? []);
  try {
    return await start();
  } catch (error) {
    throw new Error(
      `the WebAssembly module could not be started from '${file}': ${(error as Error).message ?? error} ` +
        '`cpu({ wasmPath })` says where it is.',
    );
  } finally {
    events.forEach((event, i) => {
      for (const listener of target?.listeners(event as never) ?? [])
        if (!before[i]!.includes(listener)) target?.removeListener(event, listener as never);
    });
  }
}
