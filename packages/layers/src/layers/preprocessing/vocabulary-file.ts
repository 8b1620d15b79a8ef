import { ArgumentError, StateError } from '@capas/core';
import type { Token } from './vocabulary.ts';

/** The name under which Keras keeps the terms of a layer. */
export const VOCABULARY_FILE = 'vocabulary.txt';

/** Terms as a text, one in each line. */
export const vocabularyText = (terms: readonly Token[]): string => terms.join('\n');

/** The terms of a text; empty lines at its end are none. */
export function vocabularyFrom(text: string, dtype: 'string' | 'int32'): Token[] {
  const lines = text.split(/\r?\n/);
  while (lines.at(-1) === '') lines.pop();
  return dtype === 'string' ? lines : lines.map(Number);
}

/**
 * Reads a text file, in Node.
 *
 * @throws StateError where there are no files; ArgumentError if it cannot be read
 */
export function readVocabulary(who: string, file: string): string {
  const fs = globalThis.process?.versions?.node ? globalThis.process.getBuiltinModule?.('node:fs') : undefined;
  if (!fs)
    throw new StateError(`${who}: cannot read '${file}', there are files in Node only. Give the terms as a list.`);
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new ArgumentError(who, 'vocabulary', 'a list of terms or a text file', file, (error as Error).message);
  }
}
