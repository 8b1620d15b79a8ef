import { expect, it } from 'vitest';
import { encodePng } from './png.ts';
import { readPng } from './read-png.ts';

it('keeps every pixel', () => {
  const [width, height] = [37, 11];
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * i * 31 + 7 * i) % 256);
  const file = encodePng(pixels, width, height);
  expect(readPng(file)).toEqual({ pixels, width, height });
  expect([...file.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  expect([...file.subarray(24, 29)]).toEqual([8, 2, 0, 0, 0]);
});

it('writes the file that the PNG specification describes, byte for byte where nothing is compressed', () => {
  const file = encodePng(Uint8Array.of(255, 0, 0), 1, 1);
  const hex = Buffer.from(file).toString('hex');
  // the header of every 1×1 RGB image with its published checksum, and the end of every PNG file
  expect(hex.slice(0, 66)).toBe('89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de');
  expect(hex.slice(-24)).toBe('0000000049454e44ae426082');
});

it('refuses pixels that are not width times height', () => {
  expect(() => encodePng(new Uint8Array(5), 1, 2)).toThrow('encodePng: 1×2 pixels are 6 bytes, got 5.');
});
