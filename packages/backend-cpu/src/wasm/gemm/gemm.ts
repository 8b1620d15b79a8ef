import { startOwnCode } from '../own-code.ts';
import { ownMemory } from '../own-memory.ts';
import { allowRelaxedSimd } from '../relaxed-simd.ts';
import type { WasmModule } from '../wasm-backend.ts';
import { type GemmExports, gemmModule, PANEL } from './gemm-module.ts';

/** A matrix on the heap: its address and the strides of its rows and columns, in bytes. */
export interface HeapMatrix {
  readonly address: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** Our own code on the heap of a tfjs module. */
export interface Gemm extends GemmExports {
  readonly multiply: Multiply;
  /** Memory of at least so many bytes that is kept from call to call; its address. */
  readonly workspace: (bytes: number) => number;
}

/** `out = a · b`, for `a: [m, k]`, `b: [k, n]`, `out: [m, n]` row-major at an address. */
export type Multiply = (a: HeapMatrix, b: HeapMatrix, out: number, m: number, k: number, n: number) => void;

/**
 * Our own matrix product on the heap of a tfjs module, or `undefined` where it does not fit: without SIMD, or with
 * threads, whose XNNPACK is the faster one.
 */
export function makeGemm(wasm: WasmModule): Gemm | undefined {
  const memory = ownMemory(wasm);
  if (!memory) return undefined;
  allowRelaxedSimd();
  const exports = startOwnCode(gemmModule(true), memory) ?? startOwnCode(gemmModule(false), memory);
  if (!exports) return undefined;
  const compiled = exports as unknown as GemmExports;
  const { pack, multiplyPanel } = compiled;
  const workspace = makeWorkspace(wasm);
  const multiply: Multiply = (a, b, out, m, k, n) => {
    const panelBytes = 4 * PANEL * k;
    const rest = n % PANEL;
    const panel = workspace(panelBytes + (rest ? 4 * PANEL * m : 0));
    const outRow = 4 * n;
    for (let column = 0; column + PANEL <= n; column += PANEL) {
      pack(b.address + column * b.columnStride, b.rowStride, b.columnStride, panel, k, PANEL);
      multiplyPanel(a.address, a.rowStride, a.columnStride, panel, out + 4 * column, outRow, m, k);
    }
    if (rest === 0) return;
    // The last columns: a panel filled up with zeros, and of its result only those that count.
    const first = n - rest;
    const narrow = panel + panelBytes;
    const heap = new Float32Array(wasm.HEAPU8.buffer);
    heap.fill(0, panel / 4, narrow / 4);
    pack(b.address + first * b.columnStride, b.rowStride, b.columnStride, panel, k, rest);
    multiplyPanel(a.address, a.rowStride, a.columnStride, panel, narrow, 4 * PANEL, m, k);
    for (let row = 0, from = narrow / 4, to = out / 4 + first; row < m; row++, from += PANEL, to += n)
      for (let i = 0; i < rest; i++) heap[to + i] = heap[from + i]!;
  };
  return { ...compiled, multiply, workspace };
}

/** Memory that is kept from call to call and grows as needed. */
function makeWorkspace(wasm: WasmModule): (bytes: number) => number {
  const place = { address: 0, bytes: 0 };
  return (bytes) => {
    if (bytes > place.bytes) {
      if (place.bytes) wasm._free(place.address);
      place.bytes = 0;
      place.address = wasm._malloc(bytes) >>> 0;
      place.bytes = bytes;
    }
    return place.address;
  };
}
