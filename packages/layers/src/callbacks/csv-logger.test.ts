import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpu } from '@capas/backend-cpu';
import { useBackend } from '@capas/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { linear, x, y } from '../testing/small-models.ts';
import { CSVLogger, csvLogger } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'capas-csv-'));
beforeAll(() => useBackend(cpu({ prefer: ['js'] })));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const train = async (options: object) => {
  const model = linear();
  model.compile({ optimizer: 'sgd', loss: 'mse' });
  return await model.fit(x, y, { epochs: 2, verbose: 0, ...options });
};

test('one row for each epoch, with the values of the history', async () => {
  const filename = join(folder, 'run.csv');
  const { history } = await train({ callbacks: csvLogger({ filename }), validationSplit: 0.2 });
  const { loss, val_loss } = history as Record<string, number[]>;
  const rows = [0, 1].map((epoch) => `${epoch},${loss![epoch]},${val_loss![epoch]}\r\n`);
  expect(readFileSync(filename, 'utf8')).toBe(`epoch,loss,val_loss\r\n${rows.join('')}`);
});

test('without validation its columns are there all the same', async () => {
  const filename = join(folder, 'plain.csv');
  await train({ callbacks: csvLogger({ filename, separator: ';' }) });
  const [header, first] = readFileSync(filename, 'utf8').split('\r\n');
  expect(header).toBe('epoch;loss;val_loss');
  expect(first).toMatch(/^0;[\d.]+;NA$/);
});

test('rows are added to a file that is there, without a second header', async () => {
  const filename = join(folder, 'long.csv');
  await train({ callbacks: csvLogger({ filename, append: true }) });
  await train({ callbacks: csvLogger({ filename, append: true }) });
  const lines = readFileSync(filename, 'utf8').trim().split('\r\n');
  expect(lines.map((line) => line.split(',')[0])).toEqual(['epoch', '0', '1', '0', '1']);
});

test('else the file is begun anew', async () => {
  const filename = join(folder, 'new.csv');
  writeFileSync(filename, 'something else\n');
  await train({ callbacks: csvLogger({ filename }) });
  expect(readFileSync(filename, 'utf8').startsWith('epoch,loss')).toBe(true);
});

test('what cannot be written ends the run with the name of the callback', async () => {
  const filename = join(folder, 'missing', 'run.csv');
  await expect(train({ callbacks: csvLogger({ filename }) })).rejects.toThrow(/^CSVLogger.onEpochEnd: ENOENT/);
  expect(() => new CSVLogger({ filename: '' })).toThrow(
    "CSVLogger: `filename` must be the path of a file. Received: ''.",
  );
});
