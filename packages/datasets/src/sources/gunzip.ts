import { FileFormatError } from '@capas/core';

/** Unpacks gzip data. @throws {@link FileFormatError} if it is truncated, corrupted or no gzip data. */
export async function gunzip(bytes: Uint8Array, name = 'gzip'): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  try {
    return new Uint8Array(await new Response(packed.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer());
  } catch (error) {
    throw new FileFormatError(name, `not a complete gzip file (${(error as Error).message}).`);
  }
}
