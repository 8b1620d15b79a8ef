import { FileFormatError, HostArray } from '@capas/core';
import { type DataFile, readDataFile } from '../cache/data-file.ts';
import type { DownloadOptions } from '../cache/get-file.ts';
import { hashFile, wrongHash } from '../cache/hash.ts';
import { dataDir, isFile } from '../cache/locations.ts';
import { CorruptFileError } from '../errors.ts';
import { nodeModules } from '../node.ts';
import { gunzip } from '../sources/gunzip.ts';
import { PickledArray, readPickle } from '../sources/pickle.ts';
import { readTar } from '../sources/tar.ts';
import type { DataSet, Samples } from './data-set.ts';

/** What tells CIFAR-10 and CIFAR-100 apart. File names map to MD5, as published with the data. */
export interface CifarFiles {
  readonly name: string;
  readonly archive: DataFile;
  /** The folder of the batches, in the archive and in `CAPAS_DATA_DIR`. */
  readonly folder: string;
  readonly train: Readonly<Record<string, string>>;
  readonly test: Readonly<Record<string, string>>;
  readonly trainCount: number;
}

const SIDE = 32;
const PIXELS = SIDE * SIDE;
const CHANNELS = 3;

/**
 * Loads the batches of a CIFAR set: single files from `CAPAS_DATA_DIR`, as many as are there, else the whole archive
 * from the cache or a download.
 */
export async function loadCifar(files: CifarFiles, labelKey: string, options: DownloadOptions): Promise<DataSet> {
  const batches = (await batchesInDataDir(files)) ?? (await batchesOfArchive(files, options));
  const part = (names: Readonly<Record<string, string>>): Samples => {
    const present = Object.keys(names).filter((name) => batches.has(name));
    return joinBatches(present.map((name) => decodeBatch(batches.get(name)!, name, labelKey)));
  };
  return { train: part(files.train), test: part(files.test) };
}

async function batchesOfArchive(files: CifarFiles, options: DownloadOptions): Promise<Map<string, Uint8Array>> {
  const { folder, archive, name } = files;
  const members = readTar(await gunzip(await readDataFile(archive, options), name), name);
  const batches = new Map<string, Uint8Array>();
  for (const batch of Object.keys({ ...files.train, ...files.test })) {
    const bytes = members.get(`${folder}/${batch}`);
    if (!bytes) throw new FileFormatError(name, `the archive has no ${folder}/${batch}.`);
    batches.set(batch, bytes);
  }
  return batches;
}

/** The set of warnings that were given: each is given once. */
const warned = new Set<string>();

async function batchesInDataDir(files: CifarFiles): Promise<Map<string, Uint8Array> | undefined> {
  const node = nodeModules();
  const root = node && (await dataDir(node));
  if (!node || !root) return undefined;
  const batches = new Map<string, Uint8Array>();
  const missing: string[] = [];
  for (const [batch, md5] of Object.entries({ ...files.train, ...files.test })) {
    const file = node.path.join(root, files.folder, batch);
    if (!(await isFile(node, file))) {
      missing.push(batch);
      continue;
    }
    const found = await hashFile(node, file, md5);
    const bytes = await node.fs.readFile(file);
    if (found !== md5)
      throw new CorruptFileError(
        `${wrongHash(file, bytes.length, md5, found)} Replace it, or take it out of CAPAS_DATA_DIR.`,
      );
    batches.set(batch, bytes);
  }
  const trainFiles = Object.keys(files.train);
  const found = trainFiles.filter((batch) => batches.has(batch)).length;
  if (found === 0 || missing.some((batch) => batch in files.test)) return undefined;
  if (missing.length > 0) {
    const loaded = (files.trainCount * found) / trainFiles.length;
    const message =
      `${files.name}: ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} not in ${node.path.join(root, files.folder)}: ` +
      `loaded ${loaded} of ${files.trainCount} training images.`;
    if (!warned.has(message)) console.warn(message);
    warned.add(message);
  }
  return batches;
}

/** One batch as the file holds it: rows of a red, a green and a blue plane, and the labels. */
interface Batch {
  readonly planes: Uint8Array;
  readonly labels: readonly number[];
}

function decodeBatch(bytes: Uint8Array, name: string, labelKey: string): Batch {
  const dict = readPickle(bytes, name);
  const data = dict instanceof Map ? dict.get('data') : undefined;
  const labels = dict instanceof Map ? dict.get(labelKey) : undefined;
  const isValid = data instanceof PickledArray && data.dtype === 'u1' && data.data instanceof Uint8Array;
  if (!isValid || !Array.isArray(labels) || data.data.length !== labels.length * PIXELS * CHANNELS) {
    throw new FileFormatError(
      name,
      `not a CIFAR batch: expected 'data' (uint8 rows of 3072) and as many '${labelKey}'.`,
    );
  }
  return { planes: data.data as Uint8Array, labels };
}

/** Puts batches one after the other: `x` uint8 `[n, 32, 32, 3]` with the channels last, `y` uint8 `[n, 1]`. */
function joinBatches(batches: readonly Batch[]): Samples {
  const count = batches.reduce((sum, { labels }) => sum + labels.length, 0);
  const pixels = new Uint8Array(count * PIXELS * CHANNELS);
  let at = 0;
  for (const { planes } of batches) {
    for (let image = 0; image < planes.length; image += PIXELS * CHANNELS) {
      for (let i = image; i < image + PIXELS; i++) {
        pixels[at++] = planes[i]!;
        pixels[at++] = planes[i + PIXELS]!;
        pixels[at++] = planes[i + 2 * PIXELS]!;
      }
    }
  }
  const labels = Uint8Array.from(batches.flatMap((batch) => batch.labels));
  return {
    x: new HostArray(pixels, [count, SIDE, SIDE, CHANNELS], 'uint8'),
    y: new HostArray(labels, [count, 1], 'uint8'),
  };
}
