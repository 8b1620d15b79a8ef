import { ArgumentError, FileFormatError } from '../errors.ts';
import { bfloat16ToNumber, numberToBfloat16 } from './bfloat16.ts';
import { numberToFloat16 } from './float16.ts';
import { HostArray } from './host-array.ts';
import { sizeOf } from './shape.ts';

/** What a safetensors file says of one tensor. */
export interface SafetensorsEntry {
  readonly name: string;
  /** The dtype as the file names it: `'F32'`, `'BF16'` … */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Where its bytes stand in the file. */
  readonly start: number;
  readonly end: number;
}

/** The header of a safetensors file: its tensors in the order of their bytes, and texts of whoever wrote it. */
export interface SafetensorsHeader {
  readonly entries: readonly SafetensorsEntry[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Options of {@link writeSafetensors}. */
export interface SafetensorsOptions {
  /** How float32 arrays are stored; narrower types round to the nearest, ties to even. @defaultValue `'float32'` */
  readonly dtype?: 'float32' | 'float16' | 'bfloat16';
  /** Texts by name, for whoever reads the file. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** More is no header. The reference implementation draws the line here too. */
const MOST_HEADER_BYTES = 100_000_000;

/**
 * The arrays of a safetensors file by name: F32, F16, I32, U8 and BOOL in their dtypes; BF16 and F64 as float32; I8, I16, U16,
 * U32 and I64 as int32, where they fit.
 *
 * What is read may come from strangers: lengths, offsets and shapes are compared before memory is taken.
 *
 * @param source names the file in messages
 * @throws FileFormatError for a file that is damaged or holds another dtype
 * @see https://github.com/huggingface/safetensors#format
 */
export function readSafetensors(bytes: Uint8Array, source = 'safetensors'): Map<string, HostArray> {
  const { entries } = readSafetensorsHeader(bytes, source);
  return new Map(
    entries.map(({ name, dtype, shape, start, end }) => {
      const { read } = DTYPES[dtype]!;
      // a copy, so that it is aligned
      const data = read(bytes.slice(start, end).buffer as ArrayBuffer, `${source}: '${name}'`);
      return [
        name,
        new HostArray(data, [...shape], dtype === 'BOOL' ? 'bool' : dtype === 'F16' ? 'float16' : undefined),
      ];
    }),
  );
}

/** What the header of a safetensors file says, checked. @param source names the file in messages */
export function readSafetensorsHeader(bytes: Uint8Array, source = 'safetensors'): SafetensorsHeader {
  const refuse = (problem: string): FileFormatError => new FileFormatError(source, problem);
  if (bytes.length < 8) throw refuse(`${bytes.length} bytes are no safetensors file.`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(Math.min(MOST_HEADER_BYTES, bytes.length - 8)))
    throw refuse(`the header claims ${length} bytes, and the file has ${bytes.length}.`);
  const start = 8 + Number(length);
  const { __metadata__: metadata = {}, ...tensors } = parseHeader(refuse, bytes.subarray(8, start));
  if (!isRecord(metadata) || !Object.values(metadata).every((text) => typeof text === 'string'))
    throw refuse('its metadata are no texts.');
  const entries = Object.entries(tensors)
    .map(([name, entry]) => checkEntry(refuse, name, entry, start))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  let at = start;
  for (const { name, start: from, end } of entries) {
    if (from !== at)
      throw refuse(`the bytes of '${name}' ${from < at ? 'overlap those' : 'leave a gap after those'} before.`);
    at = end;
  }
  if (at !== bytes.length) throw refuse(`its tensors end at byte ${at}, and the file has ${bytes.length}.`);
  return { entries, metadata: metadata as Record<string, string> };
}

/**
 * A safetensors file of arrays by name. The same arrays give the same bytes.
 *
 * @throws ArgumentError for arrays of strings, and the name `__metadata__`
 */
export function writeSafetensors(
  arrays: ReadonlyMap<string, HostArray>,
  { dtype = 'float32', metadata = {} }: SafetensorsOptions = {},
): Uint8Array {
  const stored = [...arrays].map(([name, array]) => {
    if (name === '__metadata__')
      throw new ArgumentError('writeSafetensors', 'arrays', 'arrays under other names', name);
    return { name, shape: array.shape, ...storedForm(name, array, dtype) };
  });
  // wide elements first, so that all are aligned
  stored.sort((a, b) => DTYPES[b.code]!.size - DTYPES[a.code]!.size || (a.name < b.name ? -1 : 1));
  let end = 0;
  const entries = stored.map(({ name, code, shape, data }) => {
    const begin = end;
    end += data.byteLength;
    return [name, { dtype: code, shape, data_offsets: [begin, end] }] as const;
  });
  const described = Object.keys(metadata).length > 0 ? [['__metadata__', metadata] as const] : [];
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries([...described, ...entries])));
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(start + end).fill(0x20, 8, start);
  new DataView(file.buffer).setBigUint64(0, BigInt(start - 8), true);
  file.set(text, 8);
  for (const [i, { data }] of stored.entries())
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start + entries[i]![1].data_offsets[0]!);
  return file;
}

type Numbers = Float32Array | Int32Array | Uint16Array | Uint8Array;

function storedForm(
  name: string,
  { dtype, data }: HostArray,
  floats: 'float32' | 'float16' | 'bfloat16',
): { readonly code: string; readonly data: Numbers } {
  if (dtype === 'string') throw new ArgumentError('writeSafetensors', 'arrays', 'arrays of numbers', name);
  if (dtype !== 'float32' || floats === 'float32') return { code: CODES[dtype], data: data as Numbers };
  const narrow = floats === 'float16' ? numberToFloat16 : numberToBfloat16;
  return { code: floats === 'float16' ? 'F16' : 'BF16', data: Uint16Array.from(data as Float32Array, narrow) };
}

const CODES = { float32: 'F32', float16: 'F16', int32: 'I32', uint8: 'U8', bool: 'BOOL' } as const;

interface StoredDType {
  /** Bytes of an element. */
  readonly size: number;
  read(buffer: ArrayBuffer, who: string): Numbers;
}

const DTYPES: Readonly<Record<string, StoredDType>> = {
  F64: { size: 8, read: (buffer) => Float32Array.from(new Float64Array(buffer)) },
  F32: { size: 4, read: (buffer) => new Float32Array(buffer) },
  F16: { size: 2, read: (buffer) => new Uint16Array(buffer) },
  BF16: { size: 2, read: (buffer) => Float32Array.from(new Uint16Array(buffer), bfloat16ToNumber) },
  I64: { size: 8, read: (buffer, who) => toInt32(new BigInt64Array(buffer), who) },
  I32: { size: 4, read: (buffer) => new Int32Array(buffer) },
  I16: { size: 2, read: (buffer) => Int32Array.from(new Int16Array(buffer)) },
  I8: { size: 1, read: (buffer) => Int32Array.from(new Int8Array(buffer)) },
  U32: { size: 4, read: (buffer, who) => toInt32(new Uint32Array(buffer), who) },
  U16: { size: 2, read: (buffer) => Int32Array.from(new Uint16Array(buffer)) },
  U8: { size: 1, read: (buffer) => new Uint8Array(buffer) },
  BOOL: { size: 1, read: (buffer) => Uint8Array.from(new Uint8Array(buffer), (byte) => (byte ? 1 : 0)) },
};

function toInt32(values: BigInt64Array | Uint32Array, who: string): Int32Array {
  const numbers = Array.from(values as Uint32Array, Number);
  const large = numbers.find((value) => value !== (value | 0));
  if (large !== undefined) throw new FileFormatError(who, `${large} is too large for int32.`);
  return Int32Array.from(numbers);
}

type Refuse = (problem: string) => FileFormatError;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseHeader(refuse: Refuse, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw refuse(`the header is no JSON (${(error as Error).message}).`);
  }
  if (!isRecord(header)) throw refuse('the header is no object.');
  return header;
}

function checkEntry(refuse: Refuse, name: string, entry: unknown, start: number): SafetensorsEntry {
  const { dtype, shape, data_offsets: offsets } = (isRecord(entry) ? entry : {}) as Record<string, unknown>;
  if (typeof dtype !== 'string' || !Object.hasOwn(DTYPES, dtype))
    throw refuse(`'${name}' has dtype ${String(dtype)}, which is not read here.`);
  if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2)
    throw refuse(`'${name}' has no shape, or does not say where its bytes are.`);
  const [from, to] = offsets as [number, number];
  if (to - from !== sizeOf(shape) * DTYPES[dtype]!.size)
    throw refuse(`'${name}' of shape [${shape}] and dtype ${dtype} has ${to - from} bytes.`);
  return { name, dtype, shape, start: start + from, end: start + to };
}

const isCounts = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
