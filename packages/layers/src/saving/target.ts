import { ArgumentError, StateError, writeWhole } from '@capas/core';

/** Where something is written to: a path in Node, a `file:` URL, or whatever takes bytes. */
export type FileTarget = string | URL | { write(bytes: Uint8Array): Promise<void> };

/**
 * Writes all bytes or nothing: a file that was there stays as it was unless all is written.
 *
 * @param who who asks, for messages
 */
export async function writeTarget(who: string, target: FileTarget, bytes: Uint8Array): Promise<void> {
  if (typeof target === 'object' && !(target instanceof URL) && typeof target?.write === 'function') {
    await target.write(bytes);
    return;
  }
  if (typeof target !== 'string' && !(target instanceof URL))
    throw new ArgumentError(who, 'target', 'a path, a file: URL or an object with `write(bytes)`', target);
  const path = pathOf(who, String(target));
  try {
    await writeWhole(path, bytes);
  } catch (error) {
    throw new StateError(`${who}: cannot write '${path}': ${(error as Error).message}`, { cause: error });
  }
}

/** The name of a target, by which its format is chosen; empty for a handler. */
export const nameOf = (target: FileTarget): string =>
  typeof target === 'string' || target instanceof URL ? String(target) : '';

function pathOf(who: string, name: string): string {
  if (!/^[a-z]{2,}:/i.test(name)) return name;
  if (name.startsWith('file:')) return decodeURIComponent(new URL(name).pathname);
  throw new ArgumentError(who, 'target', 'a path, a file: URL or an object with `write(bytes)`', name);
}
