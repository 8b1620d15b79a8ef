import type { HostArray } from '@capas/core';
import { FileFormatError } from '@capas/core';
import { unzipSync } from 'fflate';
import { readNpy, readObjectNpy } from './npy.ts';

/** The arrays of an `.npz` file. Each is read when it is asked for. */
export interface Npz {
  /** The names of the arrays, without `.npy`, in the order of the file. */
  readonly names: readonly string[];
  /** Array `name` as numbers. @throws {@link FileFormatError} if it is missing or of a dtype that is not read. */
  array(name: string): HostArray;
  /** Array `name` of dtype object as a list. */
  objects(name: string): readonly unknown[];
}

/**
 * Reads a NumPy `.npz` file (a zip archive of `.npy` files), stored or deflated.
 *
 * @param fname - the file's name, for messages
 * @throws {@link FileFormatError} if the archive is truncated or corrupted
 */
export function readNpz(bytes: Uint8Array, fname = 'npz'): Npz {
  const names: string[] = [];
  unpack(bytes, fname, (entry) => {
    names.push(entry.replace(/\.npy$/, ''));
    return false;
  });
  const member = (name: string): Uint8Array => {
    const data = unpack(bytes, fname, (entry) => entry === `${name}.npy`)[`${name}.npy`];
    if (!data) throw new FileFormatError(fname, `no array '${name}'. It holds: ${names.join(', ')}.`);
    return data;
  };
  return {
    names,
    array: (name) => readNpy(member(name), `${fname}: ${name}`),
    objects: (name) => readObjectNpy(member(name), `${fname}: ${name}`),
  };
}

function unpack(bytes: Uint8Array, fname: string, wanted: (entry: string) => boolean): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, { filter: ({ name }) => wanted(name) });
  } catch (error) {
    throw new FileFormatError(fname, `not a complete zip archive (${(error as Error).message}).`);
  }
}
