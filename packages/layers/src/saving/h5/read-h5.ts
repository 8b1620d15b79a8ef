import { FileFormatError } from '@capas/core';
import type { Dataset, Group } from 'h5wasm';
import { loadH5, withFileInMemory } from './h5-library.ts';
import { hasWholeHeaps } from './has-whole-heaps.ts';

/** The element types that arrays of weights may have in a file. */
export type H5DType = 'float16' | 'float32' | 'float64' | 'int8' | 'uint8' | 'int32' | 'uint32' | 'int64' | 'uint64';

/** An array as it stands in a file: elements in row-major order. */
export interface H5Array {
  readonly shape: readonly number[];
  readonly dtype: H5DType;
  readonly data: Float32Array | Float64Array | Int32Array | BigInt64Array | Int8Array | Uint8Array;
}

/**
 * Reads an HDF5 file from its bytes: `read` gets the root, which is of use until it returns.
 *
 * What stands in a file may come from strangers: shapes are compared with the length of the file before memory is taken, all
 * arrays that are read together are not longer than it (those that are packed: 20 times), and nothing outside of it is read.
 *
 * @param source names the file in messages
 * @throws FileFormatError if it is no HDF5 file, or holds what no weights file has
 */
export async function readH5<T>(source: string, bytes: Uint8Array, read: (root: H5Reader) => T): Promise<T> {
  if (!isH5(bytes)) throw new FileFormatError(source, 'this is no HDF5 file.');
  if (!hasWholeHeaps(bytes)) throw new FileFormatError(source, 'a damaged HDF5 file: a heap of texts is not whole.');
  const library = await loadH5();
  return withFileInMemory(library, bytes, (name) => {
    const file = attempt(source, () => new library.File(name, 'r'));
    try {
      return read(new H5Reader(file, new Limits(source, bytes.length), ''));
    } finally {
      attempt(source, () => file.close());
    }
  });
}

/** A group of an HDF5 file: groups, arrays and attributes by name. */
export class H5Reader {
  readonly path: string;
  readonly #group: Group;
  readonly #limits: Limits;
  readonly #source: string;

  constructor(group: Group, limits: Limits, path: string) {
    this.#group = group;
    this.#limits = limits;
    this.#source = limits.source;
    this.path = path;
  }

  /** The names of groups and arrays in it. */
  get names(): readonly string[] {
    return attempt(this.#source, () => this.#group.keys());
  }

  /** The group of this name or path; `undefined` if there is none. */
  group(path: string): H5Reader | undefined {
    const entry = this.#entry(path);
    if (entry?.type !== 'Group') return undefined;
    return new H5Reader(entry as unknown as Group, this.#limits, this.#pathOf(path));
  }

  /** The array of this name or path; `undefined` if there is none. */
  array(path: string): H5Array | undefined {
    const entry = this.#entry(path);
    return entry?.type === 'Dataset' ? this.#read(entry as unknown as Dataset, this.#pathOf(path)) : undefined;
  }

  /** The attribute of this name: a text, a number, or a list of texts. */
  attribute(name: string): string | number | readonly string[] | undefined {
    const value = attempt(this.#source, () => {
      const attribute = this.#group.attrs[name];
      if (attribute) this.#limits.take(`${this.path}@${name}`, bytesOf(attribute), false);
      return attribute?.json_value;
    });
    if (Array.isArray(value)) return value.map(String);
    return typeof value === 'string' || typeof value === 'number' ? value : undefined;
  }

  #entry(path: string): Entry | undefined {
    const parts = path.split('/');
    let group = this.#group;
    for (const [i, part] of parts.entries()) {
      // names of the file alone: no `..`, no absolute path
      if (!attempt(this.#source, () => group.keys()).includes(part)) return undefined;
      const entry = attempt(this.#source, () => group.get(part)) as Entry | null;
      if (entry?.type === 'ExternalLink' || entry?.type === 'BrokenSoftLink') {
        throw new FileFormatError(
          this.#source,
          `'${this.#pathOf(path)}' is a link to elsewhere, which is not followed.`,
        );
      }
      if (i === parts.length - 1) return entry ?? undefined;
      if (entry?.type !== 'Group') return undefined;
      group = entry as unknown as Group;
    }
    return undefined;
  }

  #read(dataset: Dataset, path: string): H5Array {
    const source = this.#source;
    return attempt(source, () => {
      const { metadata, shape, dtype: code } = dataset;
      const dtype = typeof code === 'string' ? DTYPES[code] : undefined;
      if (!dtype || !shape)
        throw new FileFormatError(source, `'${path}' has the type ${JSON.stringify(code)}, not numbers.`);
      if (metadata.virtual_sources)
        throw new FileFormatError(source, `'${path}' is made of parts of other files, which are not read.`);
      this.#limits.take(path, bytesOf(dataset), dataset.filters.length > 0);
      return { shape: [...shape], dtype, data: elements(dtype, dataset.value) };
    });
  }

  #pathOf(path: string): string {
    return this.path ? `${this.path}/${path}` : path;
  }
}

/** What stands under a name. */
interface Entry {
  readonly type: string;
}

/** How much may be read of a file. */
class Limits {
  readonly source: string;
  readonly #fileBytes: number;
  readonly #seen = new Map<string, number>();
  #left: number;

  constructor(source: string, fileBytes: number) {
    this.source = source;
    this.#fileBytes = fileBytes;
    this.#left = fileBytes * MOST_RATIO;
  }

  /** Notes that so many bytes are read; what is read again counts once. */
  take(path: string, bytes: number, isPacked: boolean): void {
    if (this.#seen.get(path) === bytes) return;
    this.#seen.set(path, bytes);
    // what is not packed counts by its share of the file
    this.#left -= isPacked ? bytes : bytes * MOST_RATIO;
    const most = this.#fileBytes * (isPacked ? MOST_RATIO : 1);
    if (!(bytes <= most)) {
      const problem = `'${path}' claims ${bytes} bytes, more than a file of ${this.#fileBytes} bytes can hold.`;
      throw new FileFormatError(this.source, problem);
    }
    if (this.#left < 0)
      throw new FileFormatError(this.source, `its arrays claim more than a file of ${this.#fileBytes} bytes can hold.`);
  }
}

/** The most that packed elements may be larger than the file. */
const MOST_RATIO = 20;

const bytesOf = ({ metadata, shape }: Pick<Dataset, 'metadata' | 'shape'>): number =>
  (shape ?? []).reduce((product, dim) => product * dim, metadata.size);

/** h5wasm's names of types. */
const DTYPES: Readonly<Record<string, H5DType>> = {
  '<e': 'float16',
  '<f': 'float32',
  '<d': 'float64',
  '<b': 'int8',
  '<B': 'uint8',
  '<i': 'int32',
  '<I': 'uint32',
  '<q': 'int64',
  '<Q': 'uint64',
};

/** A value of h5wasm as a typed array; scalars come as numbers. */
function elements(dtype: H5DType, value: unknown): H5Array['data'] {
  if (typeof value === 'number') return dtype === 'float64' ? Float64Array.of(value) : Float32Array.of(value);
  if (typeof value === 'bigint') return BigInt64Array.of(BigInt.asIntN(64, value));
  return value as H5Array['data'];
}

/** Whether the bytes are an HDF5 file, by what they begin with. */
export const isH5 = (bytes: Uint8Array): boolean =>
  [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a].every((byte, i) => bytes[i] === byte);

/** Runs `fn`; what the library throws becomes a FileFormatError. */
function attempt<T>(source: string, fn: () => T): T {
  try {
    return fn();
  } catch (error) {
    if (error instanceof FileFormatError) throw error;
    const text = `${(error as Error).message ?? error}`;
    // the library tells its whole way; the innermost step says what is wrong
    const reason = [...text.matchAll(/^ *#\d+: .*?: (.*)$/gm)].at(-1)?.[1] ?? text.split('\n')[0];
    throw new FileFormatError(source, `a damaged HDF5 file: ${reason}`, { cause: error });
  }
}
