import { DownloadError } from '../errors.ts';
import { environment, nodeModules } from '../node.ts';
import { type DownloadOptions, getFile } from './get-file.ts';
import { requireSha256 } from './hash.ts';

/** A file of a data set: the facts that Keras pins. */
export interface DataFile {
  /** Address that Keras downloads it from. */
  readonly origin: string;
  /** Name in the cache. Default: the last part of `origin`. */
  readonly fname?: string;
  /** Folder below the cache's `datasets`. */
  readonly folder?: string;
  readonly sha256: string;
}

/** Where Keras keeps its data sets. */
export const KERAS_STORAGE = 'https://storage.googleapis.com/tensorflow/tf-keras-datasets';

/**
 * The bytes of a file: from `CAPAS_DATA_DIR`, the cache or a download ({@link getFile}). In a browser from the
 * browser's own cache or a download.
 */
export async function readDataFile(file: DataFile, options: DownloadOptions = {}): Promise<Uint8Array> {
  const node = nodeModules();
  if (!node) return readInBrowser(file, options);
  const path = await getFile({
    ...options,
    origin: file.origin,
    fileHash: file.sha256,
    cacheSubdir: file.folder ? `datasets/${file.folder}` : 'datasets',
    ...(file.fname && { fname: file.fname }),
  });
  return node.fs.readFile(path);
}

async function readInBrowser({ origin, folder, sha256 }: DataFile, options: DownloadOptions): Promise<Uint8Array> {
  const fname = origin.split('/').at(-1)!;
  const mirror = options.mirror ?? environment('CAPAS_DATA_MIRROR');
  const urls = [...(mirror ? [[mirror.replace(/\/+$/, ''), folder, fname].filter(Boolean).join('/')] : []), origin];
  const cache = await globalThis.caches?.open('capas-datasets').catch(() => undefined);
  const tried: { url: string; reason: string }[] = [];
  for (const url of urls) {
    const stored = await cache?.match(url);
    const response = stored ?? (await fetch(url, { signal: options.signal ?? null }).catch((error: Error) => error));
    if (response instanceof Error || !response.ok) {
      options.signal?.throwIfAborted();
      tried.push({
        url,
        reason: response instanceof Error ? response.message : `the server answered ${response.status}`,
      });
      continue;
    }
    const bytes = new Uint8Array(await response.arrayBuffer());
    await requireSha256(url, bytes, sha256);
    if (!stored) await cache?.put(url, new Response(bytes));
    options.onProgress?.({ fname, loaded: bytes.length, total: bytes.length });
    return bytes;
  }
  throw new DownloadError(
    fname,
    tried,
    'In a browser, the server must allow requests from your page (CORS): give `mirror`.',
  );
}
