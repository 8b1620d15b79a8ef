import { engine, findBackendFactory, type KernelBackend, registerBackend, removeBackend } from '@tensorflow/tfjs-core';
import { correctMemory } from './correct-memory.ts';
import type { WasmBackend } from './wasm-backend.ts';
import type { WasmOptions } from './wasm-provider.ts';

/**
 * Loads tfjs's WASM module, without a network in Node, and returns how many threads it uses.
 *
 * In Node that is one: tfjs starts its threads from `blob:` URLs, which Node's workers refuse, and the module, started
 * by hand, makes a pool of one thread there (tfjs#3830).
 *
 * @throws Error if the `.wasm` files cannot be read or compiled.
 */
export async function startWasm({ threads, wasmPath }: WasmOptions): Promise<number> {
  const wasm = namespaceOf(await import('@tensorflow/tfjs-backend-wasm'));
  const running = engine().registry.wasm;
  if (running) {
    correctMemory(running as WasmBackend);
    return wasm.getThreadsCount();
  }
  const given = wasmPath ?? installedFolder() ?? new URL('.', import.meta.url).href;
  const folder = given.endsWith('/') ? given : `${given}/`;
  requireFiles(folder);
  wasm.setWasmPaths(folder);
  if (threads !== undefined) wasm.setThreadsCount(threads);
  const instance = await withoutNewListeners(async () => await findBackendFactory('wasm')(), folder);
  correctMemory(instance as WasmBackend);
  removeBackend('wasm');
  registerBackend('wasm', () => instance, WASM_PRIORITY);
  return wasm.getThreadsCount();
}

const WASM_PRIORITY = 2;

type WasmPackage = typeof import('@tensorflow/tfjs-backend-wasm');

/** In Node the package is CommonJS, and all of it is the default export. */
const namespaceOf = (module: WasmPackage): WasmPackage =>
  (module as WasmPackage & { default?: WasmPackage }).default ?? module;

/** The folder of the `.wasm` files in Node: that of the installed package. */
function installedFolder(): string | undefined {
  const node = globalThis.process?.getBuiltinModule?.bind(globalThis.process);
  if (!node || !globalThis.process.versions?.node) return undefined;
  try {
    const { createRequire } = node('node:module');
    const { dirname } = node('node:path');
    return dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
  } catch {
    return undefined; // bundled: the files then stand beside the bundle
  }
}

/** Throws in Node if the folder lacks the files: tfjs's loader would abort loudly and could not be started again. */
function requireFiles(folder: string): void {
  const node = globalThis.process?.versions?.node && globalThis.process.getBuiltinModule;
  if (!node) return;
  const file = `${folder}tfjs-backend-wasm.wasm`;
  if (!node('node:fs').existsSync(file.startsWith('file:') ? new URL(file) : file))
    throw new Error(`'${file}' was not found. \`cpu({ wasmPath })\` says where the .wasm files are.`);
}

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
