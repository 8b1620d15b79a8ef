import type { Executor } from './executor.ts';

/** What a probe found. */
export interface ProbeResult {
  readonly ok: boolean;
  /** What it would run on: `'2 threads, SIMD'`. Empty if `ok` is false. */
  readonly device: string;
  /** Why not, one sentence: `'libcuda.so.1 was not found'`. Empty if `ok`. */
  readonly reason: string;
}

/** A backend that was loaded. */
export interface LoadedBackend {
  /** The name under which its kernels are registered with tfjs-core. */
  readonly engineName: string;
  /** As in {@link ProbeResult}, now known exactly. */
  readonly device: string;
  /** What runs programs. Without one, everything runs kernel by kernel. */
  readonly executor?: Executor | undefined;
}

/**
 * One way to run tensors. A backend package exports a factory (`cpu()`, `gpu()`) that returns its providers, the
 * fastest first; `useBackend` starts the first that works.
 */
export interface BackendProvider {
  /** `'cuda'`, `'tensorflow'`, `'native'`, `'wasm'`, `'js'`: also what `CAPAS_BACKEND` names. */
  readonly name: string;
  /** Says whether it would work here, within 100 ms. It never throws and loads nothing that could end the process. */
  probe(): Promise<ProbeResult>;
  /** Registers the kernels and returns the tfjs backend to switch to. Throws with a reason if it cannot after all. */
  load(): Promise<LoadedBackend>;
  /** More of what the probe saw, a sentence each, for `capas doctor`. */
  details?(): Promise<readonly string[]>;
  /** What to do to get this backend, for `capas doctor`: `'npm install @capas/backend-gpu …'`. */
  readonly advice?: string;
}
