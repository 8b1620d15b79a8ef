import { zlibSync } from 'fflate';
import { crc32 } from './checksum.ts';
import { join } from './protobuf.ts';

/** An image of bytes, row by row, with 1 (grey), 3 (RGB) or 4 channels (RGB and alpha). */
export interface ImageBytes {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

const colourTypes: Readonly<Record<number, number>> = { 1: 0, 3: 2, 4: 6 };

/** An image as a PNG file of 8 bits a channel. */
export function encodePng({ width, height, channels, data }: ImageBytes): Uint8Array {
  const stride = width * channels;
  // each row begins with the number of its filter: 0, none
  const rows = new Uint8Array(height * (stride + 1));
  for (let row = 0; row < height; row++)
    rows.set(data.subarray(row * stride, (row + 1) * stride), row * (stride + 1) + 1);
  const header = join(uint32(width), uint32(height), Uint8Array.of(8, colourTypes[channels]!, 0, 0, 0));
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return join(signature, chunk('IHDR', header), chunk('IDAT', zlibSync(rows)), chunk('IEND', new Uint8Array()));
}

function chunk(type: string, content: Uint8Array): Uint8Array {
  const body = join(new TextEncoder().encode(type), content);
  return join(uint32(content.length), body, uint32(crc32(body)));
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
