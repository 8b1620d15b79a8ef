import { ArgumentError, StateError } from '@capas/core';

/** Where something is read from: a path in Node, a URL, the bytes themselves, a `Blob` or `File`, or whatever can give bytes. */
export type FileSource = string | URL | Uint8Array | ArrayBuffer | Blob | { read(): Promise<Uint8Array> };

/** Bytes, and the name of where they come from, for messages. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The bytes of a source. @param who who asks, for messages */
export async function readSource(who: string, source: FileSource): Promise<NamedBytes> {
  if (source instanceof Uint8Array) return { name: 'the file', bytes: source };
  if (source instanceof ArrayBuffer) return { name: 'the file', bytes: new Uint8Array(source) };
  if (source instanceof Blob) {
    return { name: (source as Partial<File>).name ?? 'the file', bytes: new Uint8Array(await source.arrayBuffer()) };
  }
  if (source instanceof URL || typeof source === 'string') return await readNamed(who, source);
  if (typeof source?.read === 'function') return { name: 'the file', bytes: await source.read() };
  throw new ArgumentError(who, 'source', 'a path, URL, bytes, a Blob or an object with `read()`', source);
}

async function readNamed(who: string, source: string | URL): Promise<NamedBytes> {
  const name = String(source);
  if (/^(https?|blob|data):/.test(name)) return { name, bytes: await download(who, name) };
  const fs = nodeFiles();
  if (!fs)
    throw new StateError(`${who}: cannot read '${name}': there are files in Node only. Hand over a File, or a URL.`);
  const path = name.startsWith('file:') ? new URL(name) : name;
  try {
    return { name, bytes: new Uint8Array(await fs.readFile(path)) };
  } catch (error) {
    throw new StateError(`${who}: cannot read '${name}': ${(error as Error).message}`, { cause: error });
  }
}

async function download(who: string, url: string): Promise<Uint8Array> {
  const response = await fetch(url).catch((error: Error) => {
    throw new StateError(`${who}: cannot reach ${url}: ${error.message}`, { cause: error });
  });
  if (!response.ok) throw new StateError(`${who}: ${url} answers ${response.status} ${response.statusText}.`);
  return new Uint8Array(await response.arrayBuffer());
}

/** The files of Node, where there are any. */
export const nodeFiles = (): typeof import('node:fs/promises') | undefined =>
  globalThis.process?.versions?.node ? globalThis.process.getBuiltinModule?.('node:fs/promises') : undefined;
