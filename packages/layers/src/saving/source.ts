import { ArgumentError, FileFormatError, StateError } from '@capas/core';
import { readIndexedDb } from './indexed-db.ts';

/**
 * Where something is read from: a path in Node, a URL (also `indexeddb://name` in the browser), the bytes themselves, a `Blob` or
 * `File`, all files of a model in several, or whatever can give bytes; it is asked by name for files beside the first.
 */
export type FileSource =
  | string
  | URL
  | Uint8Array
  | ArrayBuffer
  | Blob
  | readonly File[]
  | { read(name?: string): Promise<Uint8Array> };

/** Bytes, and the name of where they come from, for messages. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The bytes of a file in the same folder. */
  beside(path: string): Promise<Uint8Array>;
}

/** The bytes of a source. @param who who asks, for messages */
export async function readSource(who: string, source: FileSource): Promise<NamedBytes> {
  if (source instanceof Uint8Array) return alone(who, 'the file', source);
  if (source instanceof ArrayBuffer) return alone(who, 'the file', new Uint8Array(source));
  if (source instanceof Blob) {
    return alone(who, (source as Partial<File>).name ?? 'the file', await bytesOf(source));
  }
  if (Array.isArray(source)) return await readFiles(who, source);
  if (source instanceof URL || typeof source === 'string') return await readNamed(who, source);
  const handler = source as { read?(name?: string): Promise<Uint8Array> };
  if (typeof handler?.read === 'function') {
    return { name: 'the file', bytes: await handler.read(), beside: async (path) => await handler.read!(path) };
  }
  throw new ArgumentError(who, 'source', 'a path, URL, bytes, a Blob or an object with `read()`', source);
}

/** A file that has none beside it. */
const alone = (who: string, name: string, bytes: Uint8Array): NamedBytes => ({
  name,
  bytes,
  beside: async (path) => {
    throw new StateError(
      `${who}: '${name}' needs '${path}' beside it. Hand over its path or URL, or a list of all its files.`,
    );
  },
});

const bytesOf = async (blob: Blob): Promise<Uint8Array> => new Uint8Array(await blob.arrayBuffer());

/** The files of one model, as a page gets them from its user: the one that is no file of weights comes first. */
async function readFiles(who: string, files: readonly File[]): Promise<NamedBytes> {
  const first = files.find(({ name }) => name.endsWith('.json')) ?? files[0];
  if (!(first instanceof Blob)) throw new ArgumentError(who, 'source', 'a list of the files of a model', files);
  const beside = async (path: string): Promise<Uint8Array> => {
    const found = files.find(({ name }) => name === path.split('/').at(-1));
    if (!found) throw new StateError(`${who}: '${first.name}' needs '${path}', which is not among the files.`);
    return await bytesOf(found);
  };
  return { name: first.name, bytes: await bytesOf(first), beside };
}

async function readNamed(who: string, source: string | URL): Promise<NamedBytes> {
  const name = String(source);
  if (name.startsWith('indexeddb:')) return alone(who, name, await readIndexedDb(who, name));
  if (/^(https?|blob|data):/.test(name)) {
    return { name, bytes: await download(who, name), beside: (path) => download(who, new URL(path, name).href) };
  }
  const fs = nodeFiles();
  if (!fs)
    throw new StateError(`${who}: cannot read '${name}': there are files in Node only. Hand over a File, or a URL.`);
  const path = name.startsWith('file:') ? globalThis.process.getBuiltinModule('node:url').fileURLToPath(name) : name;
  const { dirname, join } = globalThis.process.getBuiltinModule('node:path');
  const read = async (file: string): Promise<Uint8Array> => {
    try {
      return new Uint8Array(await fs.readFile(file));
    } catch (error) {
      throw new StateError(`${who}: cannot read '${file}': ${(error as Error).message}`, { cause: error });
    }
  };
  const file = await fileIn(name, path, fs);
  return { name, bytes: await read(file), beside: (other) => read(join(dirname(file), other)) };
}

/** The file of a model in a folder: `model.json` of tfjs. @throws FileFormatError for a SavedModel of TensorFlow */
async function fileIn(name: string, path: string, fs: NodeFiles): Promise<string> {
  const isFolder = await fs.stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (!isFolder) return path;
  const files = await fs.readdir(path);
  if (files.includes('saved_model.pb') || files.includes('saved_model.pbtxt')) {
    throw new FileFormatError(
      name,
      "this is a SavedModel: operations of TensorFlow and no layers, which cannot be opened here. Save the model as .keras in Python: `model.save('model.keras')`; a SavedModel of tf.keras 2 is opened first with `tf.keras.models.load_model(folder)`.",
    );
  }
  return files.includes('model.json') ? `${path}/model.json` : path;
}

async function download(who: string, url: string): Promise<Uint8Array> {
  const response = await fetch(url).catch((error: Error) => {
    throw new StateError(`${who}: cannot reach ${url}: ${error.message}`, { cause: error });
  });
  if (!response.ok) throw new StateError(`${who}: ${url} answers ${response.status} ${response.statusText}.`);
  return new Uint8Array(await response.arrayBuffer());
}

type NodeFiles = typeof import('node:fs/promises');

/** The files of Node, where there are any. */
export const nodeFiles = (): NodeFiles | undefined =>
  globalThis.process?.versions?.node ? globalThis.process.getBuiltinModule?.('node:fs/promises') : undefined;
