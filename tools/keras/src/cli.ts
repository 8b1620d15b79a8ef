import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cpu } from '@capas/backend-cpu';
import { useBackend } from '@capas/core';
import { goldensDir, readGoldens } from '@capas/core/testing';
import { runModelCase } from '@capas/layers/testing';
import type { FileCheck, Verdict } from './check-file.ts';
import { readJson, writeJson } from './exchange.ts';
import { saveGoldenModel } from './golden-models.ts';
import { type KerasModel, type LayerCheck, openKerasModel, saveLayerModel } from './layer-models.ts';

const groups = [
  ...['activation', 'attention', 'audio', 'conv', 'core', 'image', 'merging', 'normalization', 'pooling'],
  ...['preprocessing', 'regularization', 'reshaping', 'rnn'],
].map((name) => `layers-${name}`);

/** Layers that stand in files inside other layers, and are judged there. */
const INNER: ReadonlySet<unknown> = new Set(['GRUCell', 'LSTMCell', 'SimpleRNNCell', 'StackedRNNCells']);

const { values } = parseArgs({
  options: {
    python: { type: 'string' },
    dir: { type: 'string' },
    group: { type: 'string' },
    each: { type: 'string', default: 'case' },
    keep: { type: 'boolean', default: false },
  },
});

async function main(python: string): Promise<number> {
  const dir = values.dir ?? (await goldensDir());
  if (!dir) {
    console.log('judge: NOT CHECKED: there is no folder of golden values (CAPAS_GOLDENS_DIR, --dir).');
    return 0;
  }
  await useBackend(...cpu({ prefer: ['native', 'wasm', 'js'] }));
  const folder = await mkdtemp(join(tmpdir(), 'capas-judge-'));
  try {
    return await judge(python, dir, folder);
  } finally {
    if (values.keep) console.log(`the files are in ${folder}`);
    else await rm(folder, { recursive: true, force: true });
  }
}

async function judge(python: string, dir: string, folder: string): Promise<number> {
  const verdicts: Verdict[] = [];
  const fail = (id: string, problem: string) => verdicts.push({ id, problems: [problem], worst: 0, limit: 0 });
  const files = await savedModels(dir, folder, fail);
  const layers = await savedLayers(dir, folder, fail);
  await writeJson(join(folder, 'ours.json'), { files, layers });
  const code = await run(python, [fileURLToPath(new URL('../judge.py', import.meta.url)), folder]);
  if (code !== 0) throw new Error(`judge: ${python} ended with ${code}.`);
  const { checked, made, refused } = await readJson<{
    checked: Verdict[];
    made: KerasModel[];
    refused: { id: string; reason: string }[];
  }>(join(folder, 'theirs.json'));
  verdicts.push(...checked.map((verdict) => ({ ...verdict, id: `Keras opens ours: ${verdict.id}` })));
  for (const each of made) {
    const id = `we open Keras's: ${each.id}`;
    try {
      verdicts.push({ ...(await openKerasModel(each)), id });
    } catch (error) {
      fail(id, (error as Error).message);
    }
  }
  for (const { id, reason } of refused) console.log(`  Keras itself cannot make or reopen its own: ${id}: ${reason}`);
  return report(verdicts);
}

/** The models of models.json: opened, compared, gone on with, saved. */
async function savedModels(dir: string, folder: string, fail: Fail): Promise<readonly FileCheck[]> {
  if (values.group && values.group !== 'models') return [];
  const group = await readGoldens('models', dir);
  const checks: FileCheck[] = [];
  for (const golden of group.cases) {
    const id = `models ${golden.id}`;
    const { status, detail } = await runModelCase(golden, group);
    if (status !== 'passed') fail(`we open Keras's: ${id}`, detail);
    try {
      const saved = await saveGoldenModel(golden, group, folder);
      checks.push(...saved.checks);
      for (const problem of saved.problems) fail(id, problem);
    } catch (error) {
      fail(id, (error as Error).message);
    }
  }
  return checks;
}

/** Models of one layer each, for the first case of each class or for every case. */
async function savedLayers(dir: string, folder: string, fail: Fail): Promise<readonly LayerCheck[]> {
  const checks: LayerCheck[] = [];
  for (const name of groups) {
    if (values.group && values.group !== name) continue;
    const group = await readGoldens(name, dir);
    const seen = new Set<unknown>();
    for (const golden of group.cases) {
      if (INNER.has(golden.className) || (values.each === 'class' && seen.has(golden.className))) continue;
      if (name === 'layers-conv' && golden.id.endsWith('channels_first')) continue; // TensorFlow has none on CPUs
      seen.add(golden.className);
      try {
        checks.push(await saveLayerModel(golden, group, join(folder, `layer-${checks.length}.keras`)));
      } catch (error) {
        fail(`we save: ${name} ${golden.id}`, (error as Error).message);
      }
    }
  }
  return checks;
}

type Fail = (id: string, problem: string) => void;

function report(verdicts: readonly Verdict[]): number {
  const failed = verdicts.flatMap(({ id, problems, worst, limit }) => {
    const all = worst > limit ? [...problems, `outputs are ${worst.toExponential(2)} apart`] : problems;
    return all.length > 0 ? [`  FAILED ${id}: ${all.join('; ')}`] : [];
  });
  console.log(failed.join('\n'));
  const strict = verdicts.filter(({ limit }) => limit <= 1e-6);
  const worst = Math.max(0, ...strict.map((verdict) => verdict.worst));
  console.log(
    `outputs at most ${worst.toExponential(2)} apart where 1e-6 is the limit; weights and state of optimizers compared bit by bit`,
  );
  console.log(`${verdicts.length - failed.length} passed, ${failed.length} failed`);
  return failed.length > 0 ? 1 : 0;
}

function run(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, KERAS_BACKEND: 'tensorflow', TF_CPP_MIN_LOG_LEVEL: '3', CUDA_VISIBLE_DEVICES: '-1' },
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

process.exitCode = await main(values.python ?? 'python3');
