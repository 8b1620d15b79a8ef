import { FileFormatError } from '@capas/core';
import { unzipSync, type Zippable, zipSync } from 'fflate';

/** The files of an archive by name. */
export type Archive = ReadonlyMap<string, Uint8Array>;

/** Limits of what is unpacked. */
export interface ArchiveLimits {
  /** How many bytes all files together may have. @defaultValue 16 GiB */
  readonly mostBytes?: number;
  /** How many times longer a file may be than what it is packed into. @defaultValue 200 */
  readonly mostRatio?: number;
  /** @defaultValue 10,000 */
  readonly mostFiles?: number;
}

/**
 * Reads a zip archive from strangers: names that lead elsewhere, names that occur twice, entries that overlap, and archives that
 * unpack into far more than they are, are refused before anything is unpacked.
 *
 * @param source names the file in messages
 */
export function readArchive(source: string, bytes: Uint8Array, limits: ArchiveLimits = {}): Archive {
  const { mostBytes = 2 ** 34, mostRatio = 200, mostFiles = 10_000 } = limits;
  const names = new Set<string>();
  let [packed, unpacked] = [0, 0];
  const inspect = (only: boolean) =>
    unzip(source, bytes, ({ name, size, originalSize }) => {
      const refuse = (problem: string) => new FileFormatError(source, `'${name}' ${problem}.`);
      if (!isPlainName(name)) throw refuse('is no name of a file inside an archive');
      if (names.has(name)) throw refuse('is there twice');
      if (names.size >= mostFiles) throw new FileFormatError(source, `it has more than ${mostFiles} files.`);
      names.add(name);
      packed += size;
      unpacked += originalSize;
      if (packed > bytes.length) throw new FileFormatError(source, 'its entries overlap.');
      if (originalSize > SMALL && originalSize > size * mostRatio) throw refuse(`unpacks into ${originalSize} bytes`);
      if (unpacked > mostBytes) throw new FileFormatError(source, `it unpacks into more than ${mostBytes} bytes.`);
      return only;
    });
  inspect(false);
  return new Map(Object.entries(unzip(source, bytes, ({ name }) => !name.endsWith('/'))));
}

/** Whether the bytes are a zip archive, by what they begin with. */
export const isArchive = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b;

/** A zip archive of files that are stored as they are, as Keras makes it. The same files give the same bytes. */
export function writeArchive(files: Archive): Uint8Array {
  const entries: Zippable = {};
  // 1980 is where the dates of zip archives begin
  for (const [name, content] of files) entries[name] = [content, { level: 0, mtime: new Date(1980, 0, 1) }];
  return zipSync(entries);
}

/** What is unpacked into so little does no harm. */
const SMALL = 2 ** 20;

/** Neither absolute, nor out of the archive. */
const isPlainName = (name: string): boolean =>
  name !== '' && !/^([/\\]|[a-z]:)/i.test(name) && !/[\\\0]/.test(name) && !name.split('/').includes('..');

interface Entry {
  readonly name: string;
  readonly size: number;
  readonly originalSize: number;
}

function unzip(source: string, bytes: Uint8Array, filter: (entry: Entry) => boolean): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, { filter });
  } catch (error) {
    if (error instanceof FileFormatError) throw error;
    throw new FileFormatError(source, `this is no complete zip archive (${(error as Error).message}).`, {
      cause: error,
    });
  }
}
