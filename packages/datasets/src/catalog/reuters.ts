import { requireNumber } from '@capas/core';
import { type DataFile, KERAS_STORAGE, readDataFile } from '../cache/data-file.ts';
import type { DownloadOptions } from '../cache/get-file.ts';
import { NumpyRandom } from '../random/numpy-random.ts';
import { readNpz } from '../sources/npz.ts';
import type { DataSet } from './data-set.ts';
import {
  labelArray,
  limitWords,
  orderRows,
  parseWordIndex,
  type WordOptions,
  type WordSequences,
  wordSettings,
} from './word-sequences.ts';

const FILE: DataFile = {
  origin: `${KERAS_STORAGE}/reuters.npz`,
  sha256: 'd6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916',
};

/** Keras pins this file by its MD5, `4d44cc38712099c9e383dc6e5f11a921`: the same bytes. */
const WORD_INDEX: DataFile = {
  origin: `${KERAS_STORAGE}/reuters_word_index.json`,
  sha256: '9b56000edc4b34a32e89fd5a23b2605594682c74efcf7d8f4e2a5514b771e633',
};

/** Options of {@link load}. */
export interface ReutersOptions extends WordOptions {
  /** The part that is kept for testing. Default: 0.2. */
  readonly testSplit?: number;
}

/**
 * Reuters: 11,228 newswires as sequences of word numbers, in 46 topics ({@link getLabelNames}), row for row as Keras
 * gives them: 8,982 to train, the rest to test. Word numbers as in IMDB. `y` is int32.
 *
 * @throws DownloadError if it is neither at hand nor to be had
 * @see keras/src/datasets/reuters.py
 */
export async function load(options: ReutersOptions = {}): Promise<DataSet<WordSequences>> {
  const settings = wordSettings('reuters.load', options);
  const testSplit = requireNumber('reuters.load', 'testSplit', options.testSplit ?? 0.2, 0, 1);
  const npz = readNpz(await readDataFile(FILE, options), 'reuters.npz');
  const rows = npz.objects('x');
  const order = new NumpyRandom(settings.seed).shuffledIndices(rows.length);
  const all = orderRows('reuters.load', rows, npz.array('y'), order, settings);
  const x = limitWords(all.x, settings);
  const border = Math.floor(x.length * (1 - testSplit));
  return {
    train: { x: x.slice(0, border), y: labelArray(all.y.slice(0, border)) },
    test: { x: x.slice(border), y: labelArray(all.y.slice(border)) },
  };
}

/**
 * The rank of each word, 1 for the most frequent. In the sequences of {@link load} the word of rank `r` is
 * `r + indexFrom`.
 */
export const getWordIndex = async (options: DownloadOptions = {}): Promise<Map<string, number>> =>
  parseWordIndex(await readDataFile(WORD_INDEX, options));

/** The topics that the labels 0 … 45 stand for. */
export const getLabelNames = (): readonly string[] => LABEL_NAMES;

const LABEL_NAMES: readonly string[] = (
  'cocoa grain veg-oil earn acq wheat copper housing money-supply coffee sugar trade reserves ship cotton carcass crude ' +
  'nat-gas cpi money-fx interest gnp meal-feed alum oilseed gold tin strategic-metal livestock retail ipi iron-steel ' +
  'rubber heat jobs lei bop zinc orange pet-chem dlr gas silver wpi hog lead'
).split(' ');
