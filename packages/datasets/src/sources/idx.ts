import { FileFormatError, HostArray } from '@capas/core';

const UNSIGNED_BYTE = 0x08;

/**
 * Reads an idx file, the format of the original MNIST: two zero bytes, the element type, the rank, then the dimensions
 * as big-endian 32-bit numbers and the elements. Only unsigned bytes are read, as all MNIST-like sets use.
 *
 * @param name - the file's name, for messages
 * @returns uint8, a view on `bytes`
 * @throws {@link FileFormatError} if the header is none of idx, or the size does not fit the dimensions
 * @see http://yann.lecun.com/exdb/mnist/
 */
export function readIdx(bytes: Uint8Array, name = 'idx'): HostArray {
  const rank = bytes[3] ?? 0;
  if (bytes.length < 4 + 4 * rank || bytes[0] !== 0 || bytes[1] !== 0) {
    throw new FileFormatError(name, 'not an idx file: it must start with two zero bytes, a type and the rank.');
  }
  if (bytes[2] !== UNSIGNED_BYTE) {
    throw new FileFormatError(name, `idx element type 0x${bytes[2]!.toString(16)} is not read here, only 0x8 (uint8).`);
  }
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, i) => header.getUint32(4 + 4 * i));
  const data = bytes.subarray(4 + 4 * rank);
  const size = shape.reduce((product, dim) => product * dim, 1);
  if (data.length !== size) {
    throw new FileFormatError(
      name,
      `idx shape [${shape.join(', ')}] needs ${size} bytes, the file has ${data.length}.`,
    );
  }
  return new HostArray(data, shape, 'uint8');
}
