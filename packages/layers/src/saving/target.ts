import { ArgumentError, StateError, writeWhole } from '@capas/core';
import { offerDownload } from './downloads.ts';
import { writeIndexedDb } from './indexed-db.ts';

/**
 * Where something is written to: a path in Node, a `file:` URL, in the browser `indexeddb://name` and `downloads://name`, or whatever
 * takes bytes; it is told the names of files where there are several.
 */
export type FileTarget = string | URL | { write(bytes: Uint8Array, name: string): Promise<void> };

const EXPECTED = 'a path, a file:, indexeddb: or downloads: URL, or an object with `write(bytes)`';

/**
 * Writes all bytes or nothing: a file that was there stays as it was unless all is written.
 *
 * @param who who asks, for messages
 * @param fileName its name where the target has none
 */
export async function writeTarget(who: string, target: FileTarget, bytes: Uint8Array, fileName = ''): Promise<void> {
  if (isHandler(target)) {
    await target.write(bytes, fileName);
    return;
  }
  const name = nameOf(target);
  if (name.startsWith('indexeddb:')) return await writeIndexedDb(who, name, bytes);
  if (name.startsWith('downloads:')) return offerDownload(who, downloadName(name, fileName), bytes);
  await writeFile(who, pathOf(who, target), bytes);
}

/** Writes several files, in their order: into a folder, or beside a target that is one of them. */
export async function writeTargets(
  who: string,
  target: FileTarget,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  const name = nameOf(target);
  if (name.startsWith('indexeddb:'))
    throw new ArgumentError(who, 'target', 'no IndexedDB, where a model of several files is written', name);
  const folder = isHandler(target) || name.startsWith('downloads:') ? undefined : await folderOf(who, target, files);
  for (const [file, bytes] of files) {
    if (folder === undefined) await writeTarget(who, isHandler(target) ? target : `downloads://${file}`, bytes, file);
    else await writeFile(who, `${folder}/${file}`, bytes);
  }
}

/** The name of a target, by which its format is chosen; empty for a handler. */
export const nameOf = (target: FileTarget): string =>
  typeof target === 'string' || target instanceof URL ? String(target) : '';

const isHandler = (target: FileTarget): target is Exclude<FileTarget, string | URL> =>
  typeof target === 'object' && !(target instanceof URL) && typeof target?.write === 'function';

/** `downloads://net` → `net.keras`. */
function downloadName(url: string, fileName: string): string {
  const name = url.replace(/^downloads:(\/\/)?/, '');
  if (name === '') return fileName;
  return /\.\w+$/.test(name) ? name : name + fileName.slice(fileName.indexOf('.'));
}

async function folderOf(who: string, target: FileTarget, files: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const path = pathOf(who, target);
  const last = path.split(/[/\\]/).at(-1)!;
  const folder = files.has(last) ? path.slice(0, -last.length).replace(/[/\\]$/, '') || '.' : path;
  const fs = globalThis.process?.getBuiltinModule?.('node:fs/promises');
  await fs?.mkdir(folder, { recursive: true });
  return folder;
}

async function writeFile(who: string, path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeWhole(path, bytes);
  } catch (error) {
    throw new StateError(`${who}: cannot write '${path}': ${(error as Error).message}`, { cause: error });
  }
}

function pathOf(who: string, target: FileTarget): string {
  if (typeof target !== 'string' && !(target instanceof URL)) throw new ArgumentError(who, 'target', EXPECTED, target);
  const name = String(target);
  if (!/^[a-z]{2,}:/i.test(name)) return name;
  if (name.startsWith('file:')) return decodeURIComponent(new URL(name).pathname);
  throw new ArgumentError(who, 'target', EXPECTED, name);
}
