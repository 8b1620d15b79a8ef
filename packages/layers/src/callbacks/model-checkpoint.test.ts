import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpu } from '@capas/backend-cpu';
import { useBackend } from '@capas/core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { loadModel } from '../saving/load-model.ts';
import { linear, x, y } from '../testing/small-models.ts';
import type { Logs } from '../training/logs.ts';
import { backupAndRestore, ModelCheckpoint, modelCheckpoint } from './index.ts';
import { formatPath } from './model-checkpoint.ts';

const root = mkdtempSync(join(tmpdir(), 'capas-checkpoint-'));
beforeAll(() => useBackend(cpu({ prefer: ['js'] })));
afterAll(() => rmSync(root, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

const folder = (): string => mkdtempSync(join(root, 'run-'));
const compiled = () => {
  const model = linear();
  model.compile({ optimizer: 'sgd', loss: 'mse' });
  return model;
};

describe('ModelCheckpoint', () => {
  test('saves after each epoch, under a name with its number and its logs', async () => {
    const dir = folder();
    const model = compiled();
    const callbacks = modelCheckpoint({ filepath: `${dir}/{epoch:03d}-{loss:.1f}.keras` });
    const { history } = await model.fit(x, y, { epochs: 2, verbose: 0, callbacks });
    expect(readdirSync(dir)).toEqual(history.loss!.map((loss, i) => `00${i + 1}-${loss.toFixed(1)}.keras`));
    const loaded = await loadModel(join(dir, readdirSync(dir)[1]!));
    expect(Array.from(loaded.weights[0]!.value.dataSync())).toEqual(Array.from(model.weights[0]!.value.dataSync()));
  });

  test('the best only', async () => {
    const dir = folder();
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const callback = modelCheckpoint({
      filepath: `${dir}/{epoch}.weights.h5`,
      saveBestOnly: true,
      saveWeightsOnly: true,
      monitor: 'loss',
      verbose: 1,
    });
    callback.setModel(compiled() as never);
    for (const [epoch, loss] of [3, 2, 2.5, 1].entries()) await callback.onEpochEnd(epoch, { loss } as Logs);
    expect(readdirSync(dir)).toEqual(['1.weights.h5', '2.weights.h5', '4.weights.h5']);
    expect(log.mock.calls[2]).toEqual(['\nEpoch 3: loss did not improve from 2.00000']);
    expect(callback.best).toBe(1);
  });

  test('after so many batches, counted over epochs', async () => {
    const dir = folder();
    const callbacks = modelCheckpoint({ filepath: `${dir}/{epoch}-{batch}.keras`, saveFreq: 3 });
    await compiled().fit(x, y, { epochs: 2, batchSize: 2, verbose: 0, callbacks });
    // five batches an epoch: the third, the sixth and the ninth
    expect(readdirSync(dir)).toEqual(['1-3.keras', '2-1.keras', '2-4.keras']);
  });

  test('names as Python formats them', () => {
    expect(formatPath('{epoch:02d}-{loss:.3f}-{batch}-{loss:8.2f}', { epoch: 7, loss: 0.12345, batch: 3 })).toBe(
      '07-0.123-3-    0.12',
    );
    expect(() => formatPath('{acc}', { loss: 1 })).toThrow(
      "ModelCheckpoint: `filepath` must be made of loss. Received: '{acc}'.",
    );
  });

  test.each([
    [
      { filepath: 'x.weights.h5' },
      "ModelCheckpoint: `filepath` must be a path that ends in '.keras'. Received: 'x.weights.h5'.",
    ],
    [{ filepath: 'x.keras', saveWeightsOnly: true }, "must be a path that ends in '.weights.h5'"],
    [
      { filepath: 'x.keras', saveFreq: 0 },
      "ModelCheckpoint: `saveFreq` must be 'epoch' or a positive number of batches. Received: 0.",
    ],
  ])('refuses %o', (config, message) => {
    expect(() => new ModelCheckpoint(config)).toThrow(message);
  });
});

describe('BackupAndRestore', () => {
  const interrupted = async (dir: string, at: number): Promise<void> => {
    const stop = {
      onEpochBegin: (epoch: number) => {
        if (epoch === at) throw new Error('power cut');
      },
    };
    const fit = compiled().fit(x, y, {
      epochs: 4,
      verbose: 0,
      shuffle: false,
      callbacks: [stop, backupAndRestore({ backupDir: dir })],
    });
    await expect(fit).rejects.toThrow('power cut');
  };

  test('goes on after the last epoch that was saved, with the history from the start', async () => {
    const dir = folder();
    await interrupted(dir, 2);
    const epochs: number[] = [];
    const watch = { onEpochBegin: (epoch: number) => void epochs.push(epoch) };
    const model = compiled();
    const resumed = await model.fit(x, y, {
      epochs: 4,
      verbose: 0,
      shuffle: false,
      callbacks: [watch, backupAndRestore({ backupDir: dir })],
    });
    expect(epochs).toEqual([2, 3]);
    const whole = compiled();
    const history = await whole.fit(x, y, { epochs: 4, verbose: 0, shuffle: false });
    expect(resumed.history).toEqual(history.history);
    expect(Array.from(model.weights[0]!.value.dataSync())).toEqual(Array.from(whole.weights[0]!.value.dataSync()));
    expect(readdirSync(root)).not.toContain(dir.split('/').at(-1));
  });

  test('a damaged backup is an error, or the one before it is used', async () => {
    const dir = folder();
    await interrupted(dir, 2);
    const { writeFile } = await import('node:fs/promises');
    await writeFile(join(dir, 'latest.weights.h5'), 'nonsense');
    const fit = compiled().fit(x, y, { epochs: 4, verbose: 0, callbacks: backupAndRestore({ backupDir: dir }) });
    await expect(fit).rejects.toThrow(/^BackupAndRestore.onTrainBegin: .*this is no HDF5 file/);
  });
});
