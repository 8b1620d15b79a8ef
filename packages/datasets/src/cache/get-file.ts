import { ArgumentError, StateError } from '@capas/core';
import { CorruptFileError, DownloadError, type FailedAttempt } from '../errors.ts';
import { environment, type NodeModules, nodeModules } from '../node.ts';
import { download, reasonOf } from './download.ts';
import { hashFile, requireHashText, wrongHash } from './hash.ts';
import { dataDir, isFile, kerasHome } from './locations.ts';
import { withLock } from './lock.ts';
import { type DownloadProgress, progressLine } from './progress.ts';

/** Options of every function that may have to download. */
export interface DownloadOptions {
  /** Address of a folder with the same files, asked before the original; else `CAPAS_DATA_MIRROR`. */
  readonly mirror?: string;
  /** Folder of the cache; else `KERAS_HOME`, else `~/.keras`. */
  readonly cacheDir?: string;
  /** Stops the download. What was loaded is kept for the next time. */
  readonly signal?: AbortSignal;
  /** Milliseconds until a server must have answered. Default: 5000. */
  readonly connectTimeout?: number;
  /** Called as bytes come in, in place of the line on stderr. */
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/** Options of {@link getFile}. */
export interface GetFileOptions extends DownloadOptions {
  /** Address of the file. */
  readonly origin: string;
  /** Name in the cache; else the last part of `origin`. */
  readonly fname?: string;
  /** Expected SHA-256 (64 hexadecimal digits) or MD5 (32). Without one, any content is taken. */
  readonly fileHash?: string;
  /** Folder below the cache. Default: `'datasets'`. */
  readonly cacheSubdir?: string;
  /** Downloads even if the file is there. */
  readonly forceDownload?: boolean;
}

/**
 * The path of a file, downloaded if it is not at hand. Looked for in `CAPAS_DATA_DIR`, then in Keras's cache (shared
 * with Python), then at the mirror and the origin.
 *
 * A download shows its progress on stderr, continues where an earlier one stopped, is checked against `fileHash` and
 * takes its name only when it is whole. A file with a wrong hash is kept aside under `….corrupt`.
 *
 * @throws DownloadError if no address gave it; {@link CorruptFileError} if the bytes are not the expected ones
 * @see keras/src/utils/file_utils.py
 * @example
 * const path = await getFile({ origin: 'https://example.org/data/iris.csv' }); // ~/.keras/datasets/iris.csv
 */
export async function getFile(options: GetFileOptions): Promise<string> {
  const node = nodeModules();
  if (!node) {
    throw new StateError('getFile: there are no files in a browser. Use fetch, or the load function of a data set.');
  }
  const { origin, cacheSubdir = 'datasets', forceDownload = false } = options;
  if (!/^https?:/.test(origin) || !URL.canParse(origin)) {
    throw new ArgumentError('getFile', 'origin', 'an http or https address', origin);
  }
  const fileHash = options.fileHash && requireHashText(options.fileHash);
  const fname = options.fname ?? lastPart(origin);
  if (!fname || fname === '..' || /[\\/]/.test(fname)) {
    throw new ArgumentError('getFile', 'fname', 'a file name without a folder', fname);
  }
  const local = await inDataDir(node, cacheSubdir, [fname, lastPart(origin)]);
  if (local && !forceDownload) {
    await requireHash(node, local, fileHash);
    return local;
  }
  const folder = node.path.resolve(await kerasHome(node, options.cacheDir), cacheSubdir);
  const target = node.path.join(folder, fname);
  const isAtHand = async (): Promise<boolean> =>
    (await isFile(node, target)) && (!fileHash || (await hashFile(node, target, fileHash)) === fileHash);
  if (!forceDownload && (await isAtHand())) return target;
  const signal = options.signal ?? new AbortController().signal;
  signal.throwIfAborted();
  await node.fs.mkdir(folder, { recursive: true });
  await withLock(node, `${target}.lock`, signal, async () => {
    if (await isAtHand()) {
      if (!forceDownload) return;
    } else if (await isFile(node, target)) {
      await node.fs.rename(target, `${target}.corrupt`);
      console.warn(`${target} is truncated or corrupted: kept as ${fname}.corrupt, downloading it again.`);
    }
    await fetchInto(node, target, { ...options, cacheSubdir, signal, ...(fileHash && { fileHash }) });
  });
  return target;
}

/** Downloads to `….part` from the first address that gives it, checks it, then gives it its name in one step. */
async function fetchInto(
  node: NodeModules,
  target: string,
  options: GetFileOptions & { readonly cacheSubdir: string; readonly signal: AbortSignal },
): Promise<void> {
  const { origin, fileHash, signal, connectTimeout = 5000 } = options;
  const fname = lastPart(origin);
  const partFile = `${target}.part`;
  const listen = options.onProgress ?? progressLine();
  const onProgress = (loaded: number, total: number | undefined): void => listen({ fname, loaded, total });
  const tried: FailedAttempt[] = [];
  for (const url of addresses(options)) {
    // Only a hash can prove that bytes of two answers belong together.
    if (!fileHash) await node.fs.rm(partFile, { force: true });
    try {
      let { wasResumed } = await download(node, { url, partFile, signal, connectTimeout, onProgress });
      if (wasResumed && fileHash && (await hashFile(node, partFile, fileHash)) !== fileHash) {
        await node.fs.rm(partFile, { force: true });
        ({ wasResumed } = await download(node, { url, partFile, signal, connectTimeout, onProgress }));
      }
    } catch (error) {
      signal.throwIfAborted();
      tried.push({ url, reason: reasonOf(error) });
      continue;
    }
    await requireHash(node, partFile, fileHash, { url, keptAs: `${target}.corrupt` });
    await node.fs.rename(partFile, target);
    return;
  }
  const relative = [belowDatasets(options.cacheSubdir), fname].filter(Boolean).join('/');
  throw new DownloadError(
    fname,
    tried,
    `Without a network: put the file at ${target}, or set CAPAS_DATA_DIR to a folder that holds ${relative}, ` +
      `or CAPAS_DATA_MIRROR to the address of such a folder.`,
  );
}

function addresses({ origin, cacheSubdir = 'datasets', ...options }: GetFileOptions): string[] {
  const mirror = options.mirror ?? environment('CAPAS_DATA_MIRROR');
  if (!mirror) return [origin];
  const folder = belowDatasets(cacheSubdir);
  return [[mirror.replace(/\/+$/, ''), folder, lastPart(origin)].filter(Boolean).join('/'), origin];
}

/** The first of `names` that lies in `CAPAS_DATA_DIR`, which has the layout of the cache's `datasets`. */
async function inDataDir(node: NodeModules, cacheSubdir: string, names: string[]): Promise<string | undefined> {
  const folder = belowDatasets(cacheSubdir);
  const root = folder === undefined ? undefined : await dataDir(node);
  if (root === undefined || folder === undefined) return undefined;
  for (const name of names) {
    const file = node.path.join(root, folder, name);
    if (await isFile(node, file)) return file;
  }
  return undefined;
}

/** @throws CorruptFileError if the hash differs; a download is then kept as `keptAs`. */
async function requireHash(
  node: NodeModules,
  file: string,
  expected: string | undefined,
  downloaded?: { readonly url: string; readonly keptAs: string },
): Promise<void> {
  if (!expected) return;
  const found = await hashFile(node, file, expected);
  if (found === expected) return;
  const { size } = await node.fs.stat(file);
  if (!downloaded) {
    const advice = 'Replace it, or take it out of CAPAS_DATA_DIR.';
    throw new CorruptFileError(`${wrongHash(file, size, expected, found)} ${advice}`);
  }
  const { url, keptAs } = downloaded;
  await node.fs.rename(file, keptAs);
  throw new CorruptFileError(`${wrongHash(url, size, expected, found)} It is kept as ${keptAs}.`);
}

/** `''` for `datasets`, `'fashion-mnist'` for `datasets/fashion-mnist`, `undefined` for a folder elsewhere. */
const belowDatasets = (cacheSubdir: string): string | undefined =>
  /^datasets(?:[\\/]+(.*))?$/.test(cacheSubdir) ? cacheSubdir.replace(/^datasets[\\/]*/, '') : undefined;

const lastPart = (origin: string): string => decodeURIComponent(new URL(origin).pathname.split('/').at(-1) ?? '');
