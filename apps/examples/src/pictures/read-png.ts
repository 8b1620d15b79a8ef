import { crc32, inflateSync } from 'node:zlib';

/** Reads the PNG files that we write (8-bit RGB, one filter per row), for tests: pixels, width and height. */
export function readPng(file: Uint8Array): { pixels: Uint8Array; width: number; height: number } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const data: Uint8Array[] = [];
  let [width, height] = [0, 0];
  for (let at = 8; at < file.length; ) {
    const length = view.getUint32(at);
    const type = Buffer.from(file.subarray(at + 4, at + 8)).toString('latin1');
    if (view.getUint32(at + 8 + length) !== crc32(file.subarray(at + 4, at + 8 + length)))
      throw new Error(`${type}: CRC`);
    if (type === 'IHDR') [width, height] = [view.getUint32(at + 8), view.getUint32(at + 12)];
    if (type === 'IDAT') data.push(file.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const rows = inflateSync(Buffer.concat(data));
  const pixels = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const start = row * (width * 3 + 1);
    const filter = rows[start];
    if (filter !== 0 && filter !== 1) throw new Error(`filter ${filter} is not read here`);
    for (let i = 0; i < width * 3; i++) {
      const before = filter === 1 && i >= 3 ? pixels[row * width * 3 + i - 3]! : 0;
      pixels[row * width * 3 + i] = rows[start + 1 + i]! + before;
    }
  }
  return { pixels, width, height };
}
