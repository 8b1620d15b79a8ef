import { FileFormatError } from '@capas/core';

/** A file of a zip archive, as its directory has it. */
export interface ZipEntry {
  readonly name: string;
  /** Its bytes in the archive, a view. */
  readonly packed: Uint8Array;
  /** How many bytes it unpacks into, as the archive says. */
  readonly size: number;
  /** 0: stored as it is, 8: deflated. */
  readonly method: number;
  readonly crc: number;
  readonly isLink: boolean;
}

/**
 * The files of a zip archive, with what the directory at its end says of them. Nothing is unpacked.
 *
 * @throws FileFormatError where the parts of the archive do not fit together, overlap, are encrypted, or packed in another way
 * @see PKWARE, APPNOTE.TXT: 4.3.7 (local headers), 4.3.12 (directory), 4.3.14 to 4.3.16 (its end), 4.5.3 (64 bits)
 */
export function zipEntries(source: string, bytes: Uint8Array, mostFiles: number): readonly ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const broken = (problem: string) => new FileFormatError(source, `this is no complete zip archive (${problem}).`);
  try {
    const { count, start, end } = directory(view);
    if (count > mostFiles) throw new FileFormatError(source, `it has more than ${mostFiles} files.`);
    const entries: ZipEntry[] = [];
    const spans: (readonly [from: number, to: number])[] = [[start, end]];
    for (let at = start; entries.length < count; ) {
      if (view.getUint32(at, true) !== 0x02014b50) throw broken('an entry of its directory is missing');
      const { entry, span, next } = readEntry(source, bytes, view, at);
      entries.push(entry);
      spans.push(span);
      at = next;
    }
    spans.sort(([a], [b]) => a - b);
    if (spans.some(([from], i) => i > 0 && from < spans[i - 1]![1]))
      throw new FileFormatError(source, 'its entries overlap.');
    return entries;
  } catch (error) {
    if (error instanceof RangeError) throw broken('it points beyond its end');
    throw error instanceof NoDirectory ? broken('it has no directory') : error;
  }
}

class NoDirectory extends Error {}

/** Where the list of all files is. */
function directory(view: DataView): { readonly count: number; readonly start: number; readonly end: number } {
  const last = view.byteLength - 22;
  // a comment of up to 64 KiB may follow it
  for (let at = last; at >= Math.max(0, last - 0xffff); at--) {
    if (view.getUint32(at, true) !== 0x06054b50) continue;
    const [count, start] = [view.getUint16(at + 10, true), view.getUint32(at + 16, true)];
    if (count !== 0xffff && start !== 0xffffffff) return { count, start, end: at };
    if (view.getUint32(at - 20, true) !== 0x07064b50) return { count, start, end: at };
    const large = long(view, at - 12);
    if (view.getUint32(large, true) !== 0x06064b50) throw new NoDirectory();
    return { count: long(view, large + 32), start: long(view, large + 48), end: large };
  }
  throw new NoDirectory();
}

function readEntry(source: string, bytes: Uint8Array, view: DataView, at: number) {
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true)) as [
    number,
    number,
    number,
  ];
  const name = text(bytes, at + 46, nameLength);
  const sizes = longSizes(view, at, at + 46 + nameLength, extraLength);
  const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
  if (flags & 1) throw new FileFormatError(source, `'${name}' is encrypted.`);
  if (method !== 0 && method !== 8) throw new FileFormatError(source, `'${name}' is packed by method ${method}.`);
  // the header before the file itself says its name again
  const { local, packedSize, size } = sizes;
  const localName = view.getUint16(local + 26, true);
  if (view.getUint32(local, true) !== 0x04034b50 || text(bytes, local + 30, localName) !== name)
    throw new FileFormatError(source, `'${name}' is not where the archive says.`);
  const from = local + 30 + localName + view.getUint16(local + 28, true);
  if (from + packedSize > bytes.length) throw new RangeError();
  const packed = bytes.subarray(from, from + packedSize);
  const isLink = view.getUint32(at + 38, true) >>> 28 === 0xa;
  return {
    entry: { name, packed, size, method, crc: view.getUint32(at + 16, true), isLink },
    span: [local, from + packedSize] as const,
    next: at + 46 + nameLength + extraLength + commentLength,
  };
}

/** Sizes and place of an entry; those that do not fit into 32 bits stand behind its name. */
function longSizes(view: DataView, at: number, extra: number, extraLength: number) {
  const sizes = [24, 20, 42].map((offset) => view.getUint32(at + offset, true));
  let field = extra;
  while (field + 4 <= extra + extraLength && view.getUint16(field, true) !== 1)
    field += 4 + view.getUint16(field + 2, true);
  let next = field + 4;
  const [size, packedSize, local] = sizes.map((value) => {
    if (value !== 0xffffffff || next + 8 > extra + extraLength) return value;
    next += 8;
    return long(view, next - 8);
  }) as [number, number, number];
  return { size, packedSize, local };
}

/** 64 bits, as a number; beyond what numbers can say it is beyond the end of every file. */
const long = (view: DataView, at: number): number => Number(view.getBigUint64(at, true));

function text(bytes: Uint8Array, from: number, length: number): string {
  if (from + length > bytes.length) throw new RangeError();
  return new TextDecoder().decode(bytes.subarray(from, from + length));
}
