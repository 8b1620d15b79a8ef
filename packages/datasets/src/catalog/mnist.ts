import { requireOneOf } from '@capas/core';
import { type DataFile, KERAS_STORAGE, readDataFile } from '../cache/data-file.ts';
import type { DownloadOptions } from '../cache/get-file.ts';
import { DownloadError } from '../errors.ts';
import { readNpz } from '../sources/npz.ts';
import type { DataSet } from './data-set.ts';
import { load as loadDigits } from './digits.ts';

const FILE: DataFile = {
  origin: `${KERAS_STORAGE}/mnist.npz`,
  sha256: '731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1',
};

/** Options of {@link load}. */
export interface MnistOptions extends DownloadOptions {
  /** `'digits'`: where MNIST is neither at hand nor to be had, take the embedded digits and say so on stderr. */
  readonly fallback?: 'none' | 'digits';
}

/** MNIST, or the digits that stand in for it. */
export interface MnistDataSet extends DataSet {
  readonly source: 'mnist' | 'digits';
}

/**
 * MNIST: handwritten digits 0 … 9, 28×28 grey images. `train.x` is uint8 `[60000, 28, 28]`, 0 (paper) to 255 (ink),
 * `train.y` uint8 `[60000]`; `test` has 10,000.
 *
 * @throws DownloadError if it is neither at hand nor to be had, unless `fallback` is `'digits'`
 * @see keras/src/datasets/mnist.py; licence of the data: CC BY-SA 3.0 (Y. LeCun, C. Cortes)
 * @example
 * const { train, test } = await mnist.load();
 * const x = train.x.astype('float32').div(255);
 */
export async function load(options: MnistOptions = {}): Promise<MnistDataSet> {
  const { fallback = 'none', ...download } = options;
  requireOneOf('mnist.load', 'fallback', fallback, ['none', 'digits']);
  try {
    const npz = readNpz(await readDataFile(FILE, download), 'mnist.npz');
    return {
      source: 'mnist',
      train: { x: npz.array('x_train'), y: npz.array('y_train') },
      test: { x: npz.array('x_test'), y: npz.array('y_test') },
    };
  } catch (error) {
    if (fallback !== 'digits' || !(error instanceof DownloadError)) throw error;
    const reasons = error.tried.map(({ reason }) => reason).join('; ');
    console.warn(`MNIST is not at hand and could not be downloaded (${reasons}). Using the embedded digits instead.`);
    return { source: 'digits', ...(await loadDigits()) };
  }
}
