/** What computes a checksum of bytes: uint32. */
type Checksum = (bytes: Uint8Array) => number;

/** CRC-32 with a polynomial, its bits in reversed order. */
function checksum(polynomial: number): Checksum {
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? polynomial : 0);
    return rest;
  });
  return (bytes) => {
    let sum = 0xffffffff;
    for (const byte of bytes) sum = (sum >>> 8) ^ table[(sum ^ byte) & 255]!;
    return ~sum >>> 0;
  };
}

/** The checksum of PNG. */
export const crc32: Checksum = checksum(0xedb88320);

/** Castagnoli's: that of TFRecord files. */
export const crc32c: Checksum = checksum(0x82f63b78);
