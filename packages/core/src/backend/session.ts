import { BackendError } from '../errors.ts';
import type { Executor } from './executor.ts';

/** A backend that was started: what `ready()` returns. */
export interface ActiveBackend {
  /** `'cuda'`, `'tensorflow'`, `'native'`, `'wasm'` or `'js'`. */
  readonly name: string;
  /** What it runs on, for people: `'2 threads, SIMD'`. */
  readonly device: string;
  /** Why the faster ones were not taken, one sentence each; empty if it was the first choice. */
  readonly reason: string;
}

/** The state of backend selection, one per process; written by `select.ts` only. */
export const session: {
  active: ActiveBackend | undefined;
  executor: Executor | undefined;
  starting: Promise<ActiveBackend> | undefined;
  notices: Set<string>;
} = {
  active: undefined,
  executor: undefined,
  starting: undefined,
  notices: new Set(),
};

/** What runs programs on the active backend, if it has an executor. */
export const activeExecutor = (): Executor | undefined => session.executor;

/** Throws unless a backend is active. `who` is named in the message. */
export function requireBackend(who: string): void {
  if (!session.active) {
    throw new BackendError(
      `${who}: no backend is ready yet. Call \`await ready()\` first (fit, evaluate and predict do it themselves), ` +
        'or choose one: `await useBackend(cpu())` with cpu from @capas/backend-cpu.',
    );
  }
}

/** Says something once per process, on stderr. */
export function noticeOnce(message: string): void {
  if (session.notices.has(message)) return;
  session.notices.add(message);
  console.warn(`capas: ${message}`);
}
