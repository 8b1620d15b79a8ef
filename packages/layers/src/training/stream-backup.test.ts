import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpu } from '@capas/backend-cpu';
import { scope, setSeed, useBackend } from '@capas/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { backupAndRestore } from '../callbacks/index.ts';
import { layers, type Sequential, sequential } from '../index.ts';
import { clearSession } from '../naming.ts';
import { linear, x, y } from '../testing/small-models.ts';
import type { BatchStream, StreamedBatch } from './batch-stream.ts';

const folder = mkdtempSync(join(tmpdir(), 'capas-stream-backup-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(() => useBackend(cpu({ prefer: ['js'] })));
beforeEach(clearSession);

/** The ten samples in batches of two. */
function* batches(): Generator<StreamedBatch> {
  for (let start = 0; start < 10; start += 2) yield [x.slice(start, start + 2), y.slice(start, start + 2)];
}

async function* later(): AsyncGenerator<StreamedBatch> {
  for (const batch of batches()) yield await Promise.resolve(batch);
}

/** One that never ends, as a generator of augmented images. */
function* endless(): Generator<StreamedBatch> {
  for (;;) yield* batches();
}

function network(): Sequential {
  setSeed(3);
  const model = sequential([
    layers.dense({ units: 4, inputShape: [2], activation: 'tanh' }),
    layers.dense({ units: 1 }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'mse', metrics: ['mae'] });
  return model;
}

/** Trains in a life of its own, which ends after so many batches. */
async function live(backupDir: string, stream: BatchStream, stepsPerEpoch: number | undefined, batchesLeft: number) {
  const model = network();
  let left = batchesLeft;
  const die = (): void => {
    if (--left === 0) throw new Error('killed');
  };
  const callbacks = [backupAndRestore({ backupDir, saveFreq: 2 }), { onTrainBatchEnd: die }];
  const { history } = await model.fit(stream, { epochs: 3, verbose: 0, callbacks, stepsPerEpoch });
  const weights = scope(() => model.weights.map(({ value }) => [...value.dataSync()]));
  return { last: Object.fromEntries(Object.entries(history).map(([name, values]) => [name, values.at(-1)])), weights };
}

describe('a run on a stream that was killed goes on at the right batch, bit for bit', () => {
  test.each<[string, () => BatchStream, number | undefined]>([
    ['a function that makes a generator', () => batches, undefined],
    ['one that waits', () => later, undefined],
    ['a generator without an end', endless, 4],
    ['what can be gone over again and again', () => ({ [Symbol.asyncIterator]: later }), undefined],
  ])('%s', async (name, stream, steps) => {
    const directory = join(folder, name.replaceAll(' ', '-'));
    const expected = await live(`${directory}-whole`, stream(), steps, Number.POSITIVE_INFINITY);
    for (const left of [3, 4, 5]) await expect(live(directory, stream(), steps, left)).rejects.toThrow('killed');
    expect(existsSync(directory)).toBe(true);
    expect(await live(directory, stream(), steps, Number.POSITIVE_INFINITY)).toEqual(expected);
    expect(existsSync(directory)).toBe(false);
  });
});

test('that a stream is not shuffled is said where it is asked for', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const model = linear();
  model.compile({ optimizer: 'sgd', loss: 'mse' });
  await model.fit(batches, { verbose: 0 });
  await model.fit(batches, { verbose: 0, shuffle: false });
  expect(warn).not.toHaveBeenCalled();
  for (let time = 0; time < 2; time++) await model.fit(batches, { verbose: 0, shuffle: true });
  expect(warn.mock.calls).toEqual([
    ['capas: fit: `shuffle` changes nothing where `x` is a stream: its batches are taken as they come.'],
  ]);
  warn.mockRestore();
});
