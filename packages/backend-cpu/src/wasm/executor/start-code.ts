import { allowRelaxedSimd } from '../relaxed-simd.ts';
import type { WasmExports } from './wasm-exports.ts';

/** Which instructions the code may use. */
export type Simd = 'relaxed' | 'plain';

/** The code of `wasm/`, and the memory that it works on. */
export interface WasmCode {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
}

/** 32-bit addresses, less one page, so that the end of memory has an address too. */
export const MOST_PAGES = 65535;

/**
 * Compiles the code, the fastest that the engine knows or the one that is asked for. `undefined` where it knows no SIMD.
 *
 * @param isShared Threads work on the memory together.
 */
export async function compileCode(pages: number, isShared: boolean, simd?: Simd): Promise<WasmCode | undefined> {
  const { relaxed, plain } = await import('./wasm-code.mjs');
  if (simd !== 'plain') allowRelaxedSimd();
  const codes = { relaxed: [relaxed], plain: [plain] };
  const code = (simd ? codes[simd] : [relaxed, plain]).map(fromBase64).find((each) => WebAssembly.validate(each));
  if (!code) return undefined;
  if (isShared) shareMemory(code);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: MOST_PAGES, shared: isShared });
  return { module: await WebAssembly.compile(code), memory };
}

/**
 * Starts the code on this thread.
 *
 * @param isLost whether one of the other threads has ended. It is asked while this thread waits for them.
 */
export async function startCode({ module, memory }: WasmCode, isLost: () => boolean): Promise<WasmExports> {
  const instance = await WebAssembly.instantiate(module, importsOf(memory, isLost));
  return instance.exports as unknown as WasmExports;
}

/** What the code asks for; the script of `start-threads.ts` gives the same. */
function importsOf(memory: WebAssembly.Memory, isLost: () => boolean): WebAssembly.Imports {
  const math: Record<string, WebAssembly.ImportValue> = {};
  for (const name of Object.getOwnPropertyNames(Math)) {
    const value = Math[name as keyof Math] as unknown;
    if (typeof value === 'function') math[name] = value;
  }
  const capas = { remainder: (a: number, b: number) => a % b, now: () => performance.now(), isLost };
  return { env: { memory }, Math: math, capas };
}

/** How a module asks for its memory: the import `env.memory`, and 1: there is a maximum. */
const MEMORY_IMPORT = [3, ...new TextEncoder().encode('env'), 6, ...new TextEncoder().encode('memory'), 2, 1];

/** Makes a module ask for memory that is shared: the only difference between the two kinds of code. */
function shareMemory(code: Uint8Array): void {
  const start = code.findIndex((_, at) => MEMORY_IMPORT.every((byte, i) => code[at + i] === byte));
  code[start + MEMORY_IMPORT.length - 1] = 3;
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  return Uint8Array.from({ length: binary.length }, (_, i) => binary.charCodeAt(i));
}
