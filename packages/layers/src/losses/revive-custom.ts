import { asSerialized } from '../registry.ts';
import { type CustomObjects, findCustomObject } from '../saving/custom-objects.ts';

/**
 * The thing of a serialized one whose class is among `customObjects` or was registered; `undefined` for all others.
 *
 * A function that is found there is the thing itself.
 */
export function reviveCustom<Thing>(
  serialized: unknown,
  customObjects: CustomObjects,
  base: abstract new (...args: never[]) => Thing,
): unknown {
  const written = typeof serialized === 'string' ? { className: serialized, config: {} } : asSerialized(serialized);
  if (!written) return undefined;
  const { registered_name: registeredName } = serialized as { readonly registered_name?: string | null };
  const found = findCustomObject(customObjects, written.className, registeredName);
  if (typeof found !== 'function') return found;
  const isClass = found.prototype instanceof base;
  return isClass ? new (found as new (config: object) => Thing)(written.config) : found;
}
