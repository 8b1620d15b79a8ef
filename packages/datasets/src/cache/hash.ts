import { ArgumentError } from '@capas/core';
import { CorruptFileError } from '../errors.ts';
import type { NodeModules } from '../node.ts';

/** The kind of a hash by its length, as Keras tells them apart: 64 hexadecimal digits are SHA-256, 32 are MD5. */
const hashAlgorithm = (hash: string): 'sha256' | 'md5' => (hash.length === 64 ? 'sha256' : 'md5');

/** The hash in small letters. @throws ArgumentError if it is neither a SHA-256 nor an MD5 */
export function requireHashText(hash: string): string {
  if (/^([0-9a-f]{64}|[0-9a-f]{32})$/i.test(hash)) return hash.toLowerCase();
  throw new ArgumentError('getFile', 'fileHash', 'a SHA-256 (64 digits) or MD5 (32 digits)', hash);
}

/** The hash of a file in hexadecimal, of the same kind as `like`. */
export async function hashFile({ fs, crypto }: NodeModules, file: string, like: string): Promise<string> {
  const hash = crypto.createHash(hashAlgorithm(like));
  const handle = await fs.open(file);
  try {
    for await (const chunk of handle.createReadStream({ highWaterMark: 1 << 20, autoClose: false })) hash.update(chunk);
  } finally {
    await handle.close();
  }
  return hash.digest('hex');
}

/** Checks bytes in memory against a SHA-256. @throws {@link CorruptFileError} if they differ */
export async function requireSha256(name: string, bytes: Uint8Array, expected: string): Promise<void> {
  const digest = new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (found !== expected) throw new CorruptFileError(wrongHash(name, bytes.length, expected, found));
}

/** The first sentence of every message about a wrong hash. */
export const wrongHash = (name: string, bytes: number, expected: string, found: string): string =>
  `${name} is truncated or corrupted: its ${hashAlgorithm(expected).toUpperCase()} is ${found} (${bytes} bytes), ` +
  `expected ${expected}.`;
