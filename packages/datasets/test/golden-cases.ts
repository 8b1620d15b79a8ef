import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HostArray } from '@capas/core';
import { GOLDENS } from './data-folders.ts';

/** A case of `utils.json`. */
export interface GoldenCase {
  readonly id: string;
  readonly function: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly expected: unknown;
  /** Of functions that give data sets. */
  readonly expectedBatches?: unknown;
}

/** The cases of one function of `utils.json`, their tensors read in as host arrays. */
export function goldenCases(functionName: string): GoldenCase[] {
  const file = join(GOLDENS, 'utils.json');
  const { cases, tensors } = JSON.parse(readFileSync(file, 'utf8')) as { cases: GoldenCase[]; tensors: string };
  const read = safetensors(join(GOLDENS, tensors));
  const resolve = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(resolve);
    if ('$t' in value) return read(String(value.$t));
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolve(part)]));
  };
  return cases.filter((entry) => entry.function === functionName).map((entry) => resolve(entry) as GoldenCase);
}

interface TensorEntry {
  readonly dtype: string;
  readonly shape: number[];
  readonly data_offsets: [number, number];
}

function safetensors(file: string): (name: string) => HostArray {
  const bytes = readFileSync(file);
  const headerSize = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerSize)) as Record<string, TensorEntry>;
  return (name) => {
    const { dtype, shape, data_offsets } = header[name]!;
    const [from, to] = data_offsets.map((offset) => offset + 8 + headerSize) as [number, number];
    const data = Uint8Array.from(bytes.subarray(from, to)).buffer;
    if (dtype === 'F32') return new HostArray(new Float32Array(data), shape);
    if (dtype === 'I32') return new HostArray(new Int32Array(data), shape);
    if (dtype === 'U8') return new HostArray(new Uint8Array(data), shape);
    throw new Error(`golden tensor ${name} has dtype ${dtype}`);
  };
}
