import type * as H5 from 'h5wasm';

/** The HDF5 library. It is loaded when it is first needed: apps that read and write no HDF5 do not carry it. */
export async function loadH5(): Promise<typeof H5> {
  const library = await import('h5wasm');
  const module = await library.ready;
  // errors of the library are exceptions, and not printed
  module.activate_throwing_error_handler();
  return library;
}

/** Runs `use` with the name of a file in the memory of the library, which is gone afterwards. */
export function withFileInMemory<T>({ FS }: typeof H5, bytes: Uint8Array | undefined, use: (name: string) => T): T {
  const name = `/capas-${FILES.count++}.h5`;
  try {
    if (bytes) FS!.writeFile(name, bytes);
    return use(name);
  } finally {
    if (FS!.analyzePath(name, false).exists) FS!.unlink(name);
  }
}

/** Two files in memory must not have the same name. */
const FILES = { count: 0 };
