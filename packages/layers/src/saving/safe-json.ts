import { FileFormatError } from '@capas/core';

/** Limits of a JSON text from a file: in letters, in levels, and in objects, lists and items, of which each takes memory. */
const MOST_LETTERS = 64 * 2 ** 20;
const DEEPEST = 200;
const MOST_ITEMS = 4_000_000;

/**
 * Parses a JSON text from strangers into an object.
 *
 * @throws FileFormatError for texts that are no JSON, too long, too deep, with too many items or numbers beyond what numbers can be,
 * or that name what every object has
 */
export function parseJson(source: string, content: Uint8Array | string): Readonly<Record<string, unknown>> {
  if (content.length > MOST_LETTERS) throw new FileFormatError(source, `more than ${MOST_LETTERS} bytes of JSON.`);
  const text = typeof content === 'string' ? content : new TextDecoder().decode(content);
  requireSmall(source, text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FileFormatError(source, `this is no JSON (${(error as Error).message}).`, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new FileFormatError(source, 'this JSON is no object.');
  requireHarmless(source, value);
  return value as Record<string, unknown>;
}

/** Counts levels and items before anything is made of them. */
function requireSmall(source: string, text: string): void {
  let [depth, items] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    if (letter === QUOTE) {
      for (at++; at < text.length && text.charCodeAt(at) !== QUOTE; at++) if (text.charCodeAt(at) === BACKSLASH) at++;
    } else if (letter === COMMA) items++;
    else if (letter === BRACKET || letter === BRACE) {
      items++;
      if (++depth > DEEPEST) throw new FileFormatError(source, `nested more than ${DEEPEST} levels deep.`);
    } else if (letter === BRACKET + 2 || letter === BRACE + 2) depth--;
    if (items > MOST_ITEMS) throw new FileFormatError(source, `more than ${MOST_ITEMS} items of JSON.`);
  }
}

const [QUOTE, BACKSLASH, COMMA, BRACKET, BRACE] = Array.from('"\\,[{', (letter) => letter.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
  number,
];

function requireHarmless(source: string, value: unknown): void {
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)
    throw new FileFormatError(source, 'a number is too large.');
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === '__proto__' || key === 'constructor')
      throw new FileFormatError(source, `the key '${key}' is not accepted.`);
    requireHarmless(source, inner);
  }
}
