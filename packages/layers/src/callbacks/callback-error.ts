import { CapasError } from '@capas/core';
import type { Callback, HookName } from './callback.ts';

/** An error that a callback threw: names the callback and the hook; `cause` is what was thrown. */
export class CallbackError extends CapasError {
  override name = 'CallbackError';

  constructor(callback: Callback, hook: HookName, cause: unknown) {
    const message = cause instanceof Error ? cause.message : String(cause);
    super(`${callback.constructor.name}.${hook}: ${message}`, { cause });
  }
}
