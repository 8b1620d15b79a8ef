import { readFileSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ActiveBackend } from '@capas/core';
import type { Logs } from '@capas/layers';
import type { Options } from './options.ts';
import type { Epoch, StopWatch } from './stop-watch.ts';

/** The figures of a run, as `--json` writes them. */
export interface Report {
  readonly program: string;
  readonly backend: string;
  readonly device: string;
  readonly seed: number;
  readonly batchSize: number;
  readonly trainSamples: number;
  readonly epochs: readonly Epoch[];
  readonly test: { readonly loss: number; readonly accuracy?: number };
  /** From the start of the process to the first epoch's loss. */
  readonly firstResultSeconds: number;
  /** The largest resident set of the process so far. */
  readonly peakMemoryMB: number;
  readonly versions: Readonly<Record<string, string>>;
}

/** Puts the figures of a run together. */
export const reportOf = (options: Options, backend: ActiveBackend, watch: StopWatch, score: Logs): Report => ({
  program: options.program,
  backend: backend.name,
  device: backend.device,
  seed: options.seed,
  batchSize: watch.params.batchSize,
  trainSamples: watch.params.samples,
  epochs: watch.epochs,
  test: { loss: score.loss ?? Number.NaN, ...(score.accuracy !== undefined && { accuracy: score.accuracy }) },
  firstResultSeconds: watch.firstResultSeconds,
  peakMemoryMB: process.resourceUsage().maxRSS / 1024,
  versions: {
    node: process.versions.node,
    ...Object.fromEntries(
      ['@capas/core', '@capas/layers', '@tensorflow/tfjs-core'].map((name) => [name, versionOf(name)]),
    ),
  },
});

/** Writes a file so that it is there as a whole or not at all: under another name, to the disk, then renamed. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The version of a package that this one depends on. */
function versionOf(name: string): string {
  const manifest = readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
