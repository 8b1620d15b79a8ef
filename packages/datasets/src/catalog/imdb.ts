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
  origin: `${KERAS_STORAGE}/imdb.npz`,
  sha256: '69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f',
};

/** Keras pins this file by its MD5, `bfafd718b763782e994055a2d397834f`: the same bytes. */
const WORD_INDEX: DataFile = {
  origin: `${KERAS_STORAGE}/imdb_word_index.json`,
  sha256: '027313fe9a320280f3bf0fac5baf58c4a683cf39a7ed9c3d3d3912bde4284cf6',
};

/**
 * IMDB: film reviews as sequences of word numbers, label 1 for a favourable one, 0 for an unfavourable one. 25,000 to
 * train and 25,000 to test, row for row as Keras gives them. 0 is left free for padding, 1 starts a review, 2 stands for
 * words that are left out, the word of rank `r` is `r + 3`. `y` is int32 `[25000]`.
 *
 * @throws DownloadError if it is neither at hand nor to be had
 * @see keras/src/datasets/imdb.py; A. Maas et al., "Learning Word Vectors for Sentiment Analysis", ACL 2011
 * @example
 * const { train, test } = await imdb.load({ numWords: 20000 });
 * const x = padSequences(train.x, { maxlen: 80 }); // int32 [25000, 80]
 */
export async function load(options: WordOptions = {}): Promise<DataSet<WordSequences>> {
  const settings = wordSettings('imdb.load', options);
  const npz = readNpz(await readDataFile(FILE, options), 'imdb.npz');
  const random = new NumpyRandom(settings.seed);
  const [train, test] = (['train', 'test'] as const).map((part) => {
    const rows = npz.objects(`x_${part}`);
    return orderRows('imdb.load', rows, npz.array(`y_${part}`), random.shuffledIndices(rows.length), settings);
  }) as [ReturnType<typeof orderRows>, ReturnType<typeof orderRows>];
  const x = limitWords([...train.x, ...test.x], settings);
  return {
    train: { x: x.slice(0, train.x.length), y: labelArray(train.y) },
    test: { x: x.slice(train.x.length), y: labelArray(test.y) },
  };
}

/**
 * The rank of each word, 1 for the most frequent. In the sequences of {@link load} the word of rank `r` is
 * `r + indexFrom`.
 *
 * @see keras/src/datasets/imdb.py
 */
export const getWordIndex = async (options: DownloadOptions = {}): Promise<Map<string, number>> =>
  parseWordIndex(await readDataFile(WORD_INDEX, options));
