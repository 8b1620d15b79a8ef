import { FileFormatError } from '@capas/core';
import { inflateSync, type Zippable, zipSync } from 'fflate';
import { crc32 } from '../callbacks/tensorboard/checksum.ts';
import { type ZipEntry, zipEntries } from './zip-entries.ts';

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
 * Reads a zip archive from strangers: names that lead elsewhere, names that occur twice, links, entries that overlap, and
 * archives that unpack into far more than they are, are refused before anything is unpacked; so are bytes that were changed since.
 * Files that are stored as they are, as Keras does it, are views on `bytes`.
 *
 * @param source names the file in messages
 */
export function readArchive(source: string, bytes: Uint8Array, limits: ArchiveLimits = {}): Archive {
  const { mostBytes = 2 ** 34, mostRatio = 200, mostFiles = 10_000 } = limits;
  const entries = zipEntries(source, bytes, mostFiles);
  const names = new Set<string>();
  let unpacked = 0;
  for (const { name, packed, size, isLink } of entries) {
    const refuse = (problem: string) => new FileFormatError(source, `'${name}' ${problem}.`);
    if (!isPlainName(name)) throw refuse('is no name of a file inside an archive');
    if (names.has(name)) throw refuse('is there twice');
    if (isLink) throw refuse('is a link');
    names.add(name);
    unpacked += size;
    if (size > SMALL && size > packed.length * mostRatio) throw refuse(`unpacks into ${size} bytes`);
    if (unpacked > mostBytes) throw new FileFormatError(source, `it unpacks into more than ${mostBytes} bytes.`);
  }
  return new Map(
    entries.filter(({ name }) => !name.endsWith('/')).map((entry) => [entry.name, unpack(source, entry)] as const),
  );
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

/** Neither absolute, nor out of the archive, nor what every object has. */
const isPlainName = (name: string): boolean =>
  name !== '' &&
  !/^([/\\]|[a-z]:)/i.test(name) &&
  !/[\\\0]/.test(name) &&
  !name.split('/').some((part) => part === '..' || part === '__proto__');

function unpack(source: string, { name, packed, size, method, crc }: ZipEntry): Uint8Array {
  const damaged = (cause?: unknown) => new FileFormatError(source, `'${name}' is damaged.`, { cause });
  let content = packed;
  try {
    if (method === DEFLATED) content = inflateSync(packed, { out: new Uint8Array(size) });
  } catch (error) {
    throw damaged(error);
  }
  if (content.length !== size || crc32(content) !== crc) throw damaged();
  return content;
}

const DEFLATED = 8;
