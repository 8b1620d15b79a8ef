import { requireOneOf } from '@capas/core';
import type { DownloadOptions } from '../cache/get-file.ts';
import { type CifarFiles, loadCifar } from './cifar.ts';
import type { DataSet } from './data-set.ts';

const FILES: CifarFiles = {
  name: 'cifar100',
  archive: {
    origin: 'https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz',
    fname: 'cifar-100-python-target_archive',
    sha256: '85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7',
  },
  folder: 'cifar-100-python',
  train: { train: '16019d7e3df5f24257cddd939b257f8d' },
  test: { test: 'f0ef6b0ae62326f3e7ffdfab6717acfc' },
  trainCount: 50_000,
};

/** Options of {@link load}. */
export interface Cifar100Options extends DownloadOptions {
  /** `'fine'` (default): 100 classes; `'coarse'`: their 20 groups. */
  readonly labelMode?: 'fine' | 'coarse';
}

/**
 * CIFAR-100: 32×32 colour images of 100 classes in 20 groups, shaped as CIFAR-10: `train.x` is uint8
 * `[50000, 32, 32, 3]`, `train.y` uint8 `[50000, 1]`; `test` has 10,000.
 *
 * @throws DownloadError if it is neither at hand nor to be had
 * @see keras/src/datasets/cifar100.py
 */
export async function load(options: Cifar100Options = {}): Promise<DataSet> {
  const { labelMode = 'fine', ...download } = options;
  requireOneOf('cifar100.load', 'labelMode', labelMode, ['fine', 'coarse']);
  return loadCifar(FILES, `${labelMode}_labels`, download);
}
