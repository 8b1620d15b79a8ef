import type { Group } from 'h5wasm';
import { loadH5, withFileInMemory } from './h5-library.ts';
import type { H5Array } from './read-h5.ts';

/** Makes an HDF5 file: `write` puts groups, arrays and attributes below the root. The same calls give the same bytes. */
export async function writeH5(write: (root: H5Writer) => void): Promise<Uint8Array> {
  const library = await loadH5();
  return withFileInMemory(library, undefined, (name) =>
    withoutTime(() => {
      const file = new library.File(name, 'w');
      try {
        write(new H5Writer(file));
        file.flush();
      } finally {
        file.close();
      }
      return library.FS!.readFile(name);
    }),
  );
}

/** The library writes the time into each array, and cannot be told not to. It has it from here, and nothing else runs meanwhile. */
function withoutTime<T>(fn: () => T): T {
  const { now } = Date;
  Date.now = () => 0;
  try {
    return fn();
  } finally {
    Date.now = now;
  }
}

/** A group of a file that is written. */
export class H5Writer {
  readonly #group: Group;
  readonly #groups = new Map<string, H5Writer>();

  constructor(group: Group) {
    this.#group = group;
  }

  /** The group of this name or path, made if it is not there. */
  group(path: string): H5Writer {
    const [first = '', ...rest] = path.split('/');
    let group = this.#groups.get(first);
    if (!group) {
      group = new H5Writer(this.#group.create_group(first) as Group);
      this.#groups.set(first, group);
    }
    return rest.length ? group.group(rest.join('/')) : group;
  }

  /** Writes an array into this group. */
  array(name: string, { shape, dtype, data }: H5Array): void {
    this.#group.create_dataset({ name, data, shape: [...shape], dtype: CODES[dtype]! });
  }

  /** Gives this group an attribute. */
  attribute(name: string, value: string | readonly string[]): void {
    this.#group.create_attribute(name, typeof value === 'string' ? value : [...value]);
  }
}

/** h5wasm's names of the types that we write. */
const CODES: Readonly<Partial<Record<H5Array['dtype'], string>>> = {
  float32: '<f',
  float64: '<d',
  int8: '<b',
  uint8: '<B',
  int32: '<i',
  int64: '<q',
};
