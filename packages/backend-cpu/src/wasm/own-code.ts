/**
 * Starts code of ours on a memory and returns what it exports, or `undefined` where the engine cannot: it does not know
 * such instructions, or it compiles little at once on the main thread of a page (older Chrome: 4 KB).
 */
export function startOwnCode(code: BufferSource, memory: WebAssembly.Memory): WebAssembly.Exports | undefined {
  if (!WebAssembly.validate(code)) return undefined;
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(code), { env: { memory } }).exports;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
