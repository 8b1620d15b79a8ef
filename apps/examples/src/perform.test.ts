import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readOptions } from './options.ts';
import { perform } from './perform.ts';
import { readPng } from './pictures/read-png.ts';
import type { Report } from './report.ts';

const REAL_DATA = process.env.CAPAS_DATA_DIR || resolve(import.meta.dirname, '../../../../shared/datasets');
const folder = mkdtempSync(join(tmpdir(), 'capas-examples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const printed: string[] = [];
beforeEach(() => {
  printed.length = 0;
  const keep = (text: unknown): boolean => printed.push(String(text)) > 0;
  vi.spyOn(console, 'log').mockImplementation(keep);
  vi.spyOn(console, 'warn').mockImplementation(keep);
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.stubEnv('KERAS_HOME', join(folder, 'keras'));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

/** Runs a program for an epoch on 200 samples; the report, and the files it wrote. */
async function run(program: string, ...more: string[]): Promise<{ report: Report; files: string[]; out: string }> {
  const out = mkdtempSync(join(folder, `${program}-`));
  const json = join(out, 'report.json');
  const args = [program, '--epochs', '1', '--limit', '200', '--out', out, '--json', json, ...more];
  const report = await perform(readOptions(args) as Exclude<ReturnType<typeof readOptions>, 'help'>);
  expect(JSON.parse(readFileSync(json, 'utf8'))).toEqual(report);
  return { report, files: readdirSync(out).sort(), out };
}

describe('without a network and without data', { timeout: 60_000 }, () => {
  beforeEach(() => {
    vi.stubEnv('CAPAS_DATA_DIR', '');
    vi.stubEnv('CAPAS_DATA_MIRROR', '');
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')));
  });

  it('mnist takes the embedded digits, says so, and reports what the runner promises', async () => {
    const { report, files, out } = await run('mnist', '--backend', 'wasm', '--seed', '3');
    expect(printed.join('\n')).toContain('Using the embedded digits instead.');
    expect(printed.join('\n')).toContain('digits: 200 images to train on, 200 to test with.');
    expect(printed.join('\n')).toContain('Running on wasm');
    expect(Object.keys(report)).toEqual([
      'program',
      'backend',
      'device',
      'seed',
      'batchSize',
      'trainSamples',
      'epochs',
      'test',
      'firstResultSeconds',
      'peakMemoryMB',
      'versions',
    ]);
    expect(report).toMatchObject({ program: 'mnist', backend: 'wasm', seed: 3, batchSize: 32, trainSamples: 200 });
    expect(Object.keys(report.epochs[0]!)).toEqual(['loss', 'accuracy', 'seconds', 'msPerStep']);
    const { loss, seconds, msPerStep } = report.epochs[0]!;
    expect(loss).toBeGreaterThan(0.5);
    expect(loss).toBeLessThan(4);
    expect((msPerStep * 7) / 1000).toBeCloseTo(seconds, 1); // 200 samples are 7 batches
    expect(Object.keys(report.test)).toEqual(['loss', 'accuracy']);
    expect(report.firstResultSeconds).toBeGreaterThan(seconds);
    expect(report.peakMemoryMB).toBeGreaterThan(20);
    expect(report.versions).toMatchObject({ node: process.versions.node, '@tensorflow/tfjs-core': '4.22.0' });
    expect(files).toEqual(['curves.png', 'predictions.png', 'report.json']);
    const { width, pixels } = readPng(readFileSync(join(out, 'predictions.png')));
    expect(width).toBeGreaterThan(1000);
    expect(new Set(pixels).size).toBeGreaterThan(50);
  });

  it('gives the same figures for the same seed, and others for another', async () => {
    const losses = async (seed: string): Promise<unknown> => {
      const { report } = await run('mnist', '--seed', seed);
      return [report.epochs[0]!.loss, report.test];
    };
    const first = await losses('5');
    expect(await losses('5')).toEqual(first);
    expect(await losses('6')).not.toEqual(first);
  });

  it('a program whose data cannot be had says what to do and writes nothing', async () => {
    const out = join(folder, 'nothing');
    const options = readOptions(['imdb', '--out', out]) as Exclude<ReturnType<typeof readOptions>, 'help'>;
    await expect(perform(options)).rejects.toThrow('imdb.npz could not be downloaded.');
    expect(existsSync(out)).toBe(false);
  });

  it('refuses a backend that does not exist', async () => {
    const options = readOptions(['mnist', '--backend', 'wsam']) as Exclude<ReturnType<typeof readOptions>, 'help'>;
    await expect(perform(options)).rejects.toThrow("Unknown backend: 'wsam'. Did you mean 'wasm'");
  });
});

const isThere = existsSync(join(REAL_DATA, 'mnist.npz'));
if (!isThere) console.warn(`SKIPPED: the five programs on real data, which is not in ${REAL_DATA}`);

describe.skipIf(!isThere)('on real data', { timeout: 60_000 }, () => {
  beforeEach(() => void vi.stubEnv('CAPAS_DATA_DIR', REAL_DATA));

  it.each([
    ['mnist', 32, ['curves.png', 'predictions.png'], ['loss', 'accuracy']],
    ['cifar10', 128, ['curves.png', 'predictions.png'], ['loss', 'accuracy', 'val_loss', 'val_accuracy']],
    ['fashion-mnist', 32, ['curves.png', 'predictions.png'], ['loss', 'accuracy']],
    ['imdb', 32, ['curves.png', 'reviews.txt'], ['loss', 'accuracy', 'val_loss', 'val_accuracy']],
    ['autoencoder', 256, ['curves.png', 'reconstructions.png'], ['loss', 'val_loss']],
  ])('%s runs', async (program, batchSize, pictures, logs) => {
    const { report, files } = await run(program, '--backend', 'wasm');
    expect(report).toMatchObject({ program, batchSize, trainSamples: 200 });
    const { seconds: _, msPerStep: __, ...values } = report.epochs[0]!;
    expect(Object.keys(values)).toEqual(logs);
    for (const value of Object.values(values)) expect(Number.isFinite(value)).toBe(true);
    expect(Number.isFinite(report.test.loss)).toBe(true);
    expect(files).toEqual([...pictures, 'report.json'].sort());
  });
});
