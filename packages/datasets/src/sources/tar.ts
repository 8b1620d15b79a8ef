import { FileFormatError } from '@capas/core';

const BLOCK = 512;

/**
 * The regular files of a tar archive by their path, as views on `bytes`. Folders, links and other entries are passed
 * over, and nothing is written anywhere.
 *
 * @param name - the file's name, for messages
 * @throws {@link FileFormatError} if a header's checksum is wrong or the archive ends too early
 * @see https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html (ustar interchange format)
 */
export function readTar(bytes: Uint8Array, name = 'tar'): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (let at = 0; ; ) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.length < BLOCK) throw new FileFormatError(name, `the archive ends inside a header, at byte ${at}.`);
    if (header.every((byte) => byte === 0)) return files;
    if (octal(header, 148, 8) !== checksum(header)) {
      throw new FileFormatError(name, `not a tar archive: wrong header checksum at byte ${at}.`);
    }
    const size = octal(header, 124, 12);
    const path = [text(header, 345, 155), text(header, 0, 100)].filter(Boolean).join('/');
    const start = at + BLOCK;
    if (start + size > bytes.length) {
      throw new FileFormatError(name, `the archive ends inside '${path}': ${bytes.length - start} of ${size} bytes.`);
    }
    const type = header[156];
    if (type === 0 || type === 0x30) files.set(path, bytes.subarray(start, start + size));
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
}

function text(header: Uint8Array, from: number, length: number): string {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

const octal = (header: Uint8Array, from: number, length: number): number =>
  Number.parseInt(text(header, from, length).trim() || '0', 8);

/** The sum of the header's bytes, its own field counted as blanks. */
const checksum = (header: Uint8Array): number =>
  header.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 0x20 : byte), 0);
