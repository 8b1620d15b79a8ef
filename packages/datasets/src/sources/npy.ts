import { FileFormatError, HostArray } from '@capas/core';
import { PickledArray, readPickle } from './pickle.ts';

/**
 * Reads a NumPy `.npy` file as a {@link HostArray}: `u1` → uint8, `b1` → bool, `i4` and `i8` → int32 (64-bit values are
 * checked to fit), `f4` and `f8` → float32 (rounded).
 *
 * @param name - the file's name, for messages
 * @throws {@link FileFormatError} for anything else: other dtypes, big-endian or column-major data, a truncated file
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function readNpy(bytes: Uint8Array, name = 'npy'): HostArray {
  const { descr, shape, data } = parse(bytes, name);
  const reader = READERS[descr];
  if (!reader) {
    const hint = descr === '|O' ? ' Use readObjectNpy for lists of lists.' : '';
    throw new FileFormatError(
      name,
      `dtype '${descr}' is not read here, only ${Object.keys(READERS).join(', ')}.${hint}`,
    );
  }
  const size = shape.reduce((product, dim) => product * dim, 1);
  if (data.length !== size * reader.bytes) {
    throw new FileFormatError(
      name,
      `shape [${shape.join(', ')}] of '${descr}' needs ${size * reader.bytes} bytes, the file has ${data.length}.`,
    );
  }
  return reader.read(data, shape, name);
}

/**
 * Reads a `.npy` file of dtype object and rank 1: a pickled list, here of lists of integers.
 *
 * @throws {@link FileFormatError} if the file holds numbers, or a pickle that {@link readPickle} refuses
 */
export function readObjectNpy(bytes: Uint8Array, name = 'npy'): readonly unknown[] {
  const { descr, shape, data } = parse(bytes, name);
  if (descr !== '|O') throw new FileFormatError(name, `expected dtype '|O' (objects), got '${descr}'.`);
  const value = readPickle(data, name);
  if (!(value instanceof PickledArray) || !Array.isArray(value.data) || value.data.length !== shape[0]) {
    throw new FileFormatError(name, `expected a pickled array of ${shape[0]} objects.`);
  }
  return value.data;
}

interface Parsed {
  readonly descr: string;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

const MAGIC = '\x93NUMPY';

function parse(bytes: Uint8Array, name: string): Parsed {
  if (bytes.length < 12 || latin1(bytes.subarray(0, 6)) !== MAGIC) {
    throw new FileFormatError(name, 'not an .npy file: the first bytes must be \\x93NUMPY.');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [start, length] = bytes[6] === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  const header = latin1(bytes.subarray(start, start + length));
  const descr = /'descr': *'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order': *(True|False)/.exec(header)?.[1];
  const shape = /'shape': *\(([^)]*)\)/.exec(header)?.[1];
  if (descr === undefined || order === undefined || shape === undefined) {
    throw new FileFormatError(name, `the .npy header is not understood: ${header.trim() || 'empty'}`);
  }
  const dims = shape
    .split(',')
    .filter((dim) => dim.trim())
    .map(Number);
  if (order === 'True' && dims.length > 1) {
    throw new FileFormatError(
      name,
      'column-major (fortran_order) data is not read here: save np.ascontiguousarray(x).',
    );
  }
  return { descr, shape: dims, data: bytes.subarray(start + length) };
}

interface Reader {
  readonly bytes: number;
  read(data: Uint8Array, shape: readonly number[], name: string): HostArray;
}

const READERS: Readonly<Record<string, Reader>> = {
  '|u1': { bytes: 1, read: (data, shape) => new HostArray(data, shape, 'uint8') },
  '|b1': { bytes: 1, read: (data, shape) => new HostArray(data, shape, 'bool') },
  '<i4': { bytes: 4, read: (data, shape) => new HostArray(new Int32Array(aligned(data)), shape, 'int32') },
  '<i8': {
    bytes: 8,
    read: (data, shape, name) => new HostArray(narrow(new BigInt64Array(aligned(data)), name), shape),
  },
  '<f4': { bytes: 4, read: (data, shape) => new HostArray(new Float32Array(aligned(data)), shape, 'float32') },
  '<f8': { bytes: 8, read: (data, shape) => new HostArray(Float32Array.from(new Float64Array(aligned(data))), shape) },
};

/** A copy: the header leaves the data at an offset that wider elements may not start at. */
const aligned = (data: Uint8Array): ArrayBuffer => data.slice().buffer as ArrayBuffer;

function narrow(values: BigInt64Array, name: string): Int32Array {
  const out = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    out[i] = Number(values[i]!);
    if (BigInt(out[i]!) !== values[i]) {
      throw new FileFormatError(name, `element ${i} is ${values[i]}, which does not fit 32 bits.`);
    }
  }
  return out;
}

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
