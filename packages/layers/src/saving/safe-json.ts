import { FileFormatError } from '@capas/core';

/** The most bytes and the deepest nesting of a JSON text from a file. */
const MOST_BYTES = 256 * 2 ** 20;
const DEEPEST = 200;

/** Parses a JSON text from strangers into an object. @throws FileFormatError for texts that are no JSON, too long, too deep, or that name what every object has */
export function parseJson(source: string, content: Uint8Array | string): Readonly<Record<string, unknown>> {
  if (content.length > MOST_BYTES) throw new FileFormatError(source, `more than ${MOST_BYTES} bytes of JSON.`);
  const text = typeof content === 'string' ? content : new TextDecoder().decode(content);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FileFormatError(source, `this is no JSON (${(error as Error).message}).`, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new FileFormatError(source, 'this JSON is no object.');
  requireHarmless(source, value, 0);
  return value as Record<string, unknown>;
}

function requireHarmless(source: string, value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > DEEPEST) throw new FileFormatError(source, `nested more than ${DEEPEST} levels deep.`);
  for (const [key, inner] of Object.entries(value)) {
    if (key === '__proto__' || key === 'constructor')
      throw new FileFormatError(source, `the key '${key}' is not accepted.`);
    requireHarmless(source, inner, depth + 1);
  }
}
