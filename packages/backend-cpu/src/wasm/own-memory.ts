import type { WasmModule } from './wasm-backend.ts';

/** The memory of a module if code of ours may work on it too: not hidden, not shared among threads. */
export function ownMemory(wasm: WasmModule): WebAssembly.Memory | undefined {
  const memory = wasm.asm?.memory;
  if (!memory || memory.buffer !== wasm.HEAPU8.buffer || !(memory.buffer instanceof ArrayBuffer)) return undefined;
  return memory;
}
