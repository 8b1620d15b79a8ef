import { builtinModules } from '../builtin-modules.ts';

/** Node 20 has relaxed SIMD, which fuses multiplication and addition, behind a flag; later versions have it anyway. */
export function allowRelaxedSimd(): void {
  const node = globalThis.process?.versions?.node;
  if (node && Number.parseInt(node, 10) < 22)
    builtinModules()?.('node:v8').setFlagsFromString('--experimental-wasm-relaxed-simd');
}
