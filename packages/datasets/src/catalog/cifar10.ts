import type { DownloadOptions } from '../cache/get-file.ts';
import { type CifarFiles, loadCifar } from './cifar.ts';
import type { DataSet } from './data-set.ts';

const FILES: CifarFiles = {
  name: 'cifar10',
  archive: {
    origin: 'https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz',
    fname: 'cifar-10-batches-py-target_archive',
    sha256: '6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce',
  },
  folder: 'cifar-10-batches-py',
  train: {
    data_batch_1: 'c99cafc152244af753f735de768cd75f',
    data_batch_2: 'd4bba439e000b95fd0a9bffe97cbabec',
    data_batch_3: '54ebc095f3ab1f0389bbae665268c751',
    data_batch_4: '634d18415352ddfa80567beed471001a',
    data_batch_5: '482c414d41f54cd18b22e5b47cb7c3cb',
  },
  test: { test_batch: '40351d587109b95175f43aff81a1287e' },
  trainCount: 50_000,
};

/** What the labels 0 … 9 stand for. */
export const classNames: readonly string[] = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
];

/**
 * CIFAR-10: 32×32 colour images of ten classes ({@link classNames}). `train.x` is uint8 `[50000, 32, 32, 3]`,
 * `train.y` uint8 `[50000, 1]`; `test` has 10,000. Where `CAPAS_DATA_DIR` holds only some of the five training batches,
 * those are loaded, with a warning.
 *
 * @throws DownloadError if it is neither at hand nor to be had
 * @see keras/src/datasets/cifar10.py; A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009
 */
export const load = (options: DownloadOptions = {}): Promise<DataSet> => loadCifar(FILES, 'labels', options);
