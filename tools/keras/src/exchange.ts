import { readFile, writeFile } from 'node:fs/promises';
import { HostArray, type HostDType, type Tensor } from '@capas/core';

/** An array as it goes from one program to the other: its bytes, so that no bit is lost. */
export type Packed =
  | { readonly dtype: string; readonly shape: readonly number[]; readonly base64: string }
  | { readonly strings: readonly string[]; readonly shape: readonly number[] };

/** Arrays and tensors, also in lists and records, as they go over; anything else stays as it is. */
export function pack(value: unknown): unknown {
  if (value instanceof HostArray) return packArray(value);
  if (isTensor(value)) return packArray(hostOf(value));
  if (Array.isArray(value)) return value.map(pack);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, pack(item)]));
}

function packArray({ dtype, shape, data }: HostArray): Packed {
  if (dtype === 'string') return { strings: data as unknown as readonly string[], shape };
  const { buffer, byteOffset, byteLength } = data as Float32Array;
  return { dtype, shape, base64: Buffer.from(buffer, byteOffset, byteLength).toString('base64') };
}

/** What {@link pack} made, as arrays again. */
export function unpack(packed: Packed): HostArray {
  if ('strings' in packed) return new HostArray([...packed.strings], [...packed.shape], 'string');
  const bytes = Uint8Array.from(Buffer.from(packed.base64, 'base64'));
  const make = { float32: Float32Array, int32: Int32Array }[packed.dtype] ?? Uint8Array;
  return new HostArray(new make(bytes.buffer), [...packed.shape], packed.dtype as HostDType);
}

/** A tensor as an array. */
export const hostOf = (tensor: Tensor): HostArray =>
  new HostArray(tensor.dataSync() as Float32Array, [...tensor.shape], tensor.dtype as HostDType);

const isTensor = (value: unknown): value is Tensor =>
  typeof value === 'object' && value !== null && 'dataSync' in value && 'shape' in value;

/** The arrays of a structure, those of records in the order of their names, as Keras flattens them. */
export function flat<Leaf>(value: unknown, isLeaf: (value: unknown) => value is Leaf): readonly Leaf[] {
  if (isLeaf(value)) return [value];
  if (Array.isArray(value)) return value.flatMap((item) => flat(item, isLeaf));
  if (typeof value !== 'object' || value === null) return [];
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.flatMap(([, item]) => flat(item, isLeaf));
}

/** The outputs of a model, as arrays. */
export const outputsOf = (outputs: unknown): readonly HostArray[] => flat(outputs, isTensor).map(hostOf);

export const writeJson = (file: string, value: unknown): Promise<void> => writeFile(file, JSON.stringify(value));

export const readJson = async <Value>(file: string): Promise<Value> =>
  JSON.parse(await readFile(file, 'utf8')) as Value;
