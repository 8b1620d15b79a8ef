import { cpu } from '@capas/backend-cpu';
import { gpu } from '@capas/backend-gpu';
import { type ActiveBackend, setSeed, UnknownNameError, useBackend } from '@capas/core';
import type { DataSet } from '@capas/datasets';
import { Album } from './album.ts';
import type { Options } from './options.ts';
import { programs } from './programs.ts';
import { type Report, reportOf, writeWhole } from './report.ts';
import type { Sliceable } from './stage.ts';
import { StopWatch } from './stop-watch.ts';

/** Runs a program: chooses the backend, trains, draws the pictures, writes the report. */
export async function perform(options: Options): Promise<Report> {
  const { epochs, limit, seed, json, out } = options;
  const run = await programs[options.program]!();
  const backend = await startBackend(options.backend);
  console.log(`Running on ${backend.name} (${backend.device}).`);
  if (backend.reason) console.log(`Faster ones that do not work here: ${backend.reason}.`);

  setSeed(seed);
  const watch = new StopWatch();
  const album = new Album(out, `${options.program} on ${backend.name}`);
  const score = await run({ epochs, watch, show: album, limit: (data) => firstOf(data, limit) });
  await album.curves(watch.epochs.map(({ seconds, msPerStep, ...logs }) => logs));

  const report = reportOf(options, backend, watch, score);
  if (json) await writeWhole(json, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`\n${summary(report)}`);
  console.log(`Pictures: ${album.files.join(', ')}`);
  if (json) console.log(`Figures: ${json}`);
  return report;
}

/** Starts the backend of this name, or the fastest that works. `CAPAS_BACKEND` counts where no name is given. */
async function startBackend(name: string | undefined): Promise<ActiveBackend> {
  const providers = [...gpu(), ...cpu()];
  if (name === undefined) return useBackend(providers);
  const chosen = providers.filter((provider) => provider.name === name);
  if (chosen.length === 0) {
    throw new UnknownNameError(
      'backend',
      name,
      providers.map((provider) => provider.name),
    );
  }
  process.env.CAPAS_BACKEND = name; // an option comes before the environment
  return useBackend(chosen);
}

function firstOf<D extends DataSet<Sliceable>>(data: D, count = Number.POSITIVE_INFINITY): D {
  const first = ({ x, y }: D['train']): unknown => ({ x: x.slice(0, count), y: y.slice(0, count) });
  return { ...data, train: first(data.train), test: first(data.test) };
}

function summary({ program, backend, epochs, test, trainSamples }: Report): string {
  const gain = test.accuracy === undefined ? '' : `, accuracy ${(100 * test.accuracy).toFixed(2)} %`;
  const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  const perStep = epochs.reduce((sum, epoch) => sum + epoch.msPerStep, 0) / epochs.length;
  return (
    `${program}: test loss ${test.loss.toFixed(4)}${gain}, after ${epochs.length} epoch${epochs.length === 1 ? '' : 's'} ` +
    `on ${trainSamples} samples in ${seconds.toFixed(1)} s (${perStep.toFixed(2)} ms per step on ${backend}).`
  );
}
