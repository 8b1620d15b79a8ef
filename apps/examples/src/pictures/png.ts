import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const CHANNELS = 3;

/**
 * A PNG file of 8-bit RGB pixels, three bytes each, row by row from the top left.
 *
 * @throws RangeError if there are not `width · height` pixels
 * @see https://www.w3.org/TR/png-3/
 */
export function encodePng(pixels: Uint8Array, width: number, height: number): Uint8Array {
  if (pixels.length !== width * height * CHANNELS) {
    throw new RangeError(
      `encodePng: ${width}×${height} pixels are ${width * height * CHANNELS} bytes, got ${pixels.length}.`,
    );
  }
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, 8); // bits per channel
  header.setUint8(9, 2); // RGB; then the only compression and filter method, no interlacing
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', new Uint8Array(header.buffer)),
    chunk('IDAT', deflateSync(filtered(pixels, width * CHANNELS))),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** Each row as its filter's number and the differences from the pixel to the left ("Sub"), which compress well. */
function filtered(pixels: Uint8Array, rowLength: number): Uint8Array {
  const SUB = 1;
  const rows = pixels.length / rowLength;
  const out = new Uint8Array(rows * (rowLength + 1));
  for (let row = 0, at = 0; row < rows; row++) {
    out[at++] = SUB;
    for (let i = 0; i < rowLength; i++) {
      const here = row * rowLength + i;
      out[at++] = pixels[here]! - (i < CHANNELS ? 0 : pixels[here - CHANNELS]!);
    }
  }
  return out;
}

/** Length, type, data, and the checksum of type and data. */
function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = new DataView(new ArrayBuffer(8));
  ends.setUint32(0, data.length);
  ends.setUint32(4, crc32(body));
  return Buffer.concat([new Uint8Array(ends.buffer, 0, 4), body, new Uint8Array(ends.buffer, 4, 4)]);
}
