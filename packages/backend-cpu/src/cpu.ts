import { ArgumentError, type BackendProvider, requireOneOf, requirePositiveInteger } from '@capas/core';
import { jsProvider } from './js/js-provider.ts';
import { wasmProvider } from './wasm/wasm-provider.ts';

/** What {@link cpu} can be told. */
export interface CpuOptions {
  /** Which of the two to offer, the preferred one first: `['wasm', 'js']` by default. */
  readonly prefer?: readonly ('wasm' | 'js')[];
  /**
   * How many threads WASM may use at most: 1 by default. More of them run in cross-origin isolated pages, on tfjs's
   * kernels alone, up to half of the processor's cores. In Node it uses one.
   */
  readonly threads?: number;
  /**
   * The folder (URL or path) of the three `.wasm` files of `@tensorflow/tfjs-backend-wasm`. In Node the installed
   * package is found by itself; in browsers they are looked for beside this module or the bundle.
   */
  readonly wasmPath?: string;
}

/**
 * The backends that run on the processor: WASM, else plain JavaScript.
 *
 * @throws ArgumentError if an option is not valid.
 * @example
 * await useBackend(cpu());
 * await useBackend(cpu({ prefer: ['js'] }));
 */
export function cpu(options: CpuOptions = {}): readonly BackendProvider[] {
  const { prefer = ['wasm', 'js'], threads, wasmPath } = options;
  if (!Array.isArray(prefer) || prefer.length === 0)
    throw new ArgumentError('cpu', 'prefer', "a list that names 'wasm', 'js' or both", prefer);
  if (threads !== undefined) requirePositiveInteger('cpu', 'threads', threads);
  return prefer.map((name) => {
    requireOneOf('cpu', 'prefer', name, ['wasm', 'js']);
    return name === 'wasm' ? wasmProvider({ threads, wasmPath }) : jsProvider();
  });
}
