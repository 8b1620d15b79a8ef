import type { HostArray } from '@capas/core';
import { KERAS_STORAGE, readDataFile } from '../cache/data-file.ts';
import type { DownloadOptions } from '../cache/get-file.ts';
import { gunzip } from '../sources/gunzip.ts';
import { readIdx } from '../sources/idx.ts';
import type { DataSet } from './data-set.ts';

/** SHA-256 of the published files; Keras pins none. */
const FILES = {
  'train-images-idx3-ubyte.gz': '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
  'train-labels-idx1-ubyte.gz': 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
  't10k-images-idx3-ubyte.gz': '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
  't10k-labels-idx1-ubyte.gz': '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
} as const;

/** What the labels 0 … 9 stand for. */
export const classNames: readonly string[] = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];

/**
 * Fashion-MNIST: 28×28 grey images of ten kinds of clothes ({@link classNames}), shaped as MNIST: `train.x` is uint8
 * `[60000, 28, 28]`, `train.y` uint8 `[60000]`; `test` has 10,000.
 *
 * @throws DownloadError if it is neither at hand nor to be had
 * @see keras/src/datasets/fashion_mnist.py; licence of the data: MIT (Zalando SE)
 */
export async function load(options: DownloadOptions = {}): Promise<DataSet> {
  const read = async (fname: keyof typeof FILES): Promise<HostArray> => {
    const file = { origin: `${KERAS_STORAGE}/${fname}`, folder: 'fashion-mnist', sha256: FILES[fname] };
    return readIdx(await gunzip(await readDataFile(file, options), fname), fname);
  };
  return {
    train: { y: await read('train-labels-idx1-ubyte.gz'), x: await read('train-images-idx3-ubyte.gz') },
    test: { y: await read('t10k-labels-idx1-ubyte.gz'), x: await read('t10k-images-idx3-ubyte.gz') },
  };
}
