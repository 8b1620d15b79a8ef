import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostArray } from '@capas/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isMissing, REAL_DATA } from '../../test/data-folders.ts';
import { cifar10, cifar100, DownloadError, fashionMnist, imdb, mnist, reuters } from '../index.ts';
import type { DataSet, Samples } from './data-set.ts';
import type { ReutersOptions } from './reuters.ts';
import type { WordSequences } from './word-sequences.ts';

/** The first 16 digits of the SHA-256 of what NumPy's `tobytes()` gives for the same arrays of Python Keras 3.15.1. */
const hash = (...parts: readonly ArrayBufferView[]): string => {
  const sum = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of parts) sum.update(new Uint8Array(buffer, byteOffset, byteLength));
  return sum.digest('hex').slice(0, 16);
};
const arrayFacts = ({ dtype, shape, data }: HostArray): unknown[] => [dtype, shape, hash(data as Uint8Array)];
const imageFacts = ({ train, test }: DataSet): unknown[] =>
  [train.x, train.y, test.x, test.y].map((array) => arrayFacts(array));
const textFacts = (set: DataSet<WordSequences>): unknown[] =>
  [set.train, set.test].map(({ x, y }: Samples<WordSequences>) => [
    x.length,
    hash(...x.flatMap((sequence) => [Int32Array.of(sequence.length), sequence])),
    hash(y.data as Int32Array),
  ]);

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'capas-catalog-'));
  vi.stubEnv('KERAS_HOME', home);
  vi.stubEnv('CAPAS_DATA_DIR', REAL_DATA);
  vi.stubEnv('CAPAS_DATA_MIRROR', '');
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  rmSync(home, { recursive: true });
});

/** A folder for `CAPAS_DATA_DIR` with links to some of the real files. */
const dataDirWith = (...files: readonly string[]): string => {
  const folder = join(home, 'data');
  for (const file of files) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    symlinkSync(join(REAL_DATA, file), join(folder, file));
  }
  vi.stubEnv('CAPAS_DATA_DIR', folder);
  return folder;
};

const goOffline = (): void => {
  vi.stubEnv('CAPAS_DATA_DIR', '');
  const cause = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' });
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed', { cause })));
};

describe('row for row as in Python Keras', () => {
  it.skipIf(isMissing(REAL_DATA, 'mnist.npz'))('mnist', async () => {
    const set = await mnist.load();
    expect(set.source).toBe('mnist');
    expect(imageFacts(set)).toEqual([
      ['uint8', [60000, 28, 28], '741c988805d008ac'],
      ['uint8', [60000], '1feba77c54802fa5'],
      ['uint8', [10000, 28, 28], '6d87418db22cc802'],
      ['uint8', [10000], 'ddeff807876a9661'],
    ]);
  });

  it.skipIf(isMissing(REAL_DATA, 'fashion-mnist/train-images-idx3-ubyte.gz'))('fashionMnist', async () => {
    expect(imageFacts(await fashionMnist.load())).toEqual([
      ['uint8', [60000, 28, 28], '2e487a6c89124f78'],
      ['uint8', [60000], '657fbd221bfc9f41'],
      ['uint8', [10000, 28, 28], 'c867c93ff9536059'],
      ['uint8', [10000], '3d0e6c6ea990b53b'],
    ]);
    expect(fashionMnist.classNames).toHaveLength(10);
  });

  it.skipIf(isMissing(REAL_DATA, 'cifar-10-batches-py/test_batch'))('cifar10: the batches that are there', async () => {
    dataDirWith('cifar-10-batches-py/data_batch_1', 'cifar-10-batches-py/test_batch');
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const facts = [
      ['uint8', [10000, 32, 32, 3], 'fc115a3de050d667'],
      ['uint8', [10000, 1], 'd829dbdf32167c9d'],
      ['uint8', [10000, 32, 32, 3], 'f9b1e2130bab680d'],
      ['uint8', [10000, 1], 'cec8a24a1e92aa2e'],
    ];
    expect(imageFacts(await cifar10.load())).toEqual(facts);
    expect(imageFacts(await cifar10.load())).toEqual(facts);
    expect(warn.mock.calls).toEqual([
      [
        `cifar10: data_batch_2, data_batch_3, data_batch_4, data_batch_5 are not in ${join(home, 'data/cifar-10-batches-py')}: ` +
          'loaded 10000 of 50000 training images.',
      ],
    ]);
  });

  // [options, training and test: count, sequences, labels]
  it.skipIf(isMissing(REAL_DATA, 'imdb.npz')).each([
    [
      {},
      [
        [25000, '48a4865f6793c4e4', '8ed78785766d97ca'],
        [25000, '511722cb07e61197', 'df5f45502b64b1c7'],
      ],
    ],
    [
      { numWords: 20000 },
      [
        [25000, 'bb10726595ec578c', '8ed78785766d97ca'],
        [25000, '53371bbdf03876de', 'df5f45502b64b1c7'],
      ],
    ],
    [
      { numWords: 5000, skipTop: 20, maxlen: 200, seed: 7, startChar: null, oovChar: null, indexFrom: 0 },
      [
        [14323, 'ed8fb0cde8d36fa4', '2f07ab5ec8e1529c'],
        [14732, '5d12b7f78f9d1009', '59f2c2afc42e373c'],
      ],
    ],
  ])('imdb %j', async (options, facts) => {
    expect(textFacts(await imdb.load(options))).toEqual(facts);
  });

  it.skipIf(isMissing(REAL_DATA, 'reuters.npz')).each<[ReutersOptions, unknown]>([
    [
      {},
      [
        [8982, '024df96daf27803f', 'cddb0d27b4500c4b'],
        [2246, 'a23f5db41f95feaf', 'fa58c954cade925b'],
      ],
    ],
    [
      { numWords: 1000, testSplit: 0.3, maxlen: 100, oovChar: null },
      [
        [4180, '27f73b76c2801229', 'a5d42bc4d55ce14d'],
        [1792, 'c44c2259f61c3793', '875a08c087720054'],
      ],
    ],
  ])('reuters %j', async (options, facts) => {
    expect(textFacts(await reuters.load(options))).toEqual(facts);
  });

  it.skipIf(isMissing(REAL_DATA, 'imdb_word_index.json'))('imdb.getWordIndex decodes the first review', async () => {
    const words = new Map([...(await imdb.getWordIndex())].map(([word, rank]) => [rank + 3, word]));
    expect(words.size).toBe(88584);
    const [review] = (await imdb.load()).train.x;
    expect([...review!.slice(1, 8)].map((word) => words.get(word)).join(' ')).toBe(
      'this film was just brilliant casting location',
    );
  });

  it.skipIf(isMissing(REAL_DATA, 'reuters_word_index.json'))('reuters.getWordIndex and getLabelNames', async () => {
    const index = await reuters.getWordIndex();
    expect([index.size, index.get('the')]).toEqual([30979, 1]);
    expect([reuters.getLabelNames().length, reuters.getLabelNames()[3]]).toEqual([46, 'earn']);
  });
});

describe('without data', () => {
  it('mnist says what was tried', async () => {
    goOffline();
    const error = await mnist.load().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DownloadError);
    expect((error as DownloadError).tried).toEqual([
      {
        url: 'https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz',
        reason: 'no network, or no such host (ENOTFOUND)',
      },
    ]);
  });

  it('mnist falls back on the embedded digits when it may, and says so', async () => {
    goOffline();
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const set = await mnist.load({ fallback: 'digits' });
    expect([set.source, set.train.x.shape]).toEqual(['digits', [10000, 28, 28]]);
    expect(warn.mock.calls).toEqual([
      [
        'MNIST is not at hand and could not be downloaded (no network, or no such host (ENOTFOUND)). ' +
          'Using the embedded digits instead.',
      ],
    ]);
  });

  it('a corrupted file is an error, whatever the fallback', async () => {
    mkdirSync(join(home, 'data'));
    writeFileSync(join(home, 'data/mnist.npz'), 'PK');
    vi.stubEnv('CAPAS_DATA_DIR', join(home, 'data'));
    await expect(mnist.load({ fallback: 'digits' })).rejects.toThrow(
      `${join(home, 'data/mnist.npz')} is truncated or corrupted: its SHA256 is `,
    );
  });

  it('cifar10 and cifar100 ask for the archives of Keras, under its names', async () => {
    goOffline();
    await expect(cifar10.load()).rejects.toThrow(
      `put the file at ${join(home, 'datasets/cifar-10-batches-py-target_archive')}, or set CAPAS_DATA_DIR to a folder ` +
        'that holds cifar-10-python.tar.gz,',
    );
    await expect(cifar100.load()).rejects.toThrow(join(home, 'datasets/cifar-100-python-target_archive'));
  });

  it('a corrupted batch of cifar10 is refused', async () => {
    mkdirSync(join(home, 'data/cifar-10-batches-py'), { recursive: true });
    writeFileSync(join(home, 'data/cifar-10-batches-py/data_batch_1'), 'x');
    vi.stubEnv('CAPAS_DATA_DIR', join(home, 'data'));
    await expect(cifar10.load()).rejects.toThrow(
      `${join(home, 'data/cifar-10-batches-py/data_batch_1')} is truncated or corrupted: its MD5 is ` +
        '9dd4e461268c8034f5c8564e155c67a6 (1 bytes), expected c99cafc152244af753f735de768cd75f. ' +
        'Replace it, or take it out of CAPAS_DATA_DIR.',
    );
  });
});

describe('options that cannot be used', () => {
  it.each([
    [
      () => mnist.load({ fallback: 'zeros' as 'none' }),
      "mnist.load: `fallback` must be one of 'none', 'digits'. Received: 'zeros'.",
    ],
    [
      () => cifar100.load({ labelMode: 'all' as 'fine' }),
      "cifar100.load: `labelMode` must be one of 'fine', 'coarse'. Received: 'all'.",
    ],
    [() => imdb.load({ numWords: -1 }), 'imdb.load: `numWords` must be a positive integer. Received: -1.'],
    [() => reuters.load({ testSplit: 2 }), 'reuters.load: `testSplit` must be a number from 0 to 1. Received: 2.'],
  ])('%o', async (call, message) => {
    await expect(call()).rejects.toThrow(message);
  });
});
