import { ArgumentError, type BackendProvider, requireOneOf, requirePositiveInteger } from '@capas/core';
import { jsProvider } from './js/js-provider.ts';
import { nativeProvider } from './native/native-provider.ts';
import { wasmProvider } from './wasm/wasm-provider.ts';

/** The backends that {@link cpu} knows. */
export type CpuBackend = (typeof CPU_BACKENDS)[number];

const CPU_BACKENDS = ['native', 'wasm', 'js'] as const;

/** What {@link cpu} can be told. */
export interface CpuOptions {
  /** Which to offer, the preferred one first: `['native', 'wasm', 'js']` by default. */
  readonly prefer?: readonly CpuBackend[];
  /**
   * How many threads to use at most; results are the same on any number. Native code uses all cores by default. WASM uses 1;
   * with more, compiled programs run on all of them in Node and in cross-origin isolated pages. Plain JavaScript always uses one.
   */
  readonly threads?: number;
  /**
   * Where the `.wasm` files of `@tensorflow/tfjs-backend-wasm` are: the URL or path of their folder, or of the one with SIMD, as
   * a bundler names it. In Node the installed package is found by itself; in browsers they are looked for beside this module or
   * the bundle.
   */
  readonly wasmPath?: string;
}

/**
 * The backends that run on the processor: native code where there is a library for it (in Node, on the common platforms),
 * else WASM, else plain JavaScript.
 *
 * @throws ArgumentError if an option is not valid.
 * @example
 * await useBackend(cpu());
 * await useBackend(cpu({ prefer: ['js'] }));
 */
export function cpu(options: CpuOptions = {}): readonly BackendProvider[] {
  const { prefer = CPU_BACKENDS, threads, wasmPath } = options;
  if (!Array.isArray(prefer) || prefer.length === 0)
    throw new ArgumentError('cpu', 'prefer', "a list that names 'native', 'wasm', 'js' or several of them", prefer);
  if (threads !== undefined) requirePositiveInteger('cpu', 'threads', threads);
  const providers: Readonly<Record<CpuBackend, () => BackendProvider>> = {
    native: () => nativeProvider({ threads }),
    wasm: () => wasmProvider({ threads, wasmPath }),
    js: jsProvider,
  };
  return prefer.map((name) => {
    requireOneOf('cpu', 'prefer', name, CPU_BACKENDS);
    return providers[name as CpuBackend]();
  });
}
