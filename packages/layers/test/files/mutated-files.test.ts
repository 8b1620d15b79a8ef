import { existsSync, readFileSync } from 'node:fs';
import { cpu } from '@capas/backend-cpu';
import { CapasError, memory, useBackend } from '@capas/core';
import { goldensDir, readGoldens } from '@capas/core/testing';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { loadModel } from '../../src/index.ts';
import { readArchive, writeArchive } from '../../src/saving/archive.ts';
import { mutate, seeded } from './mutate.ts';

/** How many files of each format; `npm run fuzz:files` sets more. */
const COUNT = Number(process.env.CAPAS_MUTATED_FILES ?? 300);
const SEED = Number(process.env.CAPAS_SEED ?? 20_240_601);
const LONGEST = 5_000;

const dir = await goldensDir();
if (!dir) console.warn('mutated files: skipped, there is no folder of golden values (CAPAS_GOLDENS_DIR)');

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

/** The smallest golden models in a format, with what opens them. */
const formats = {
  '.keras archives': { file: 'keras', mutated: mutate, open: (bytes: Uint8Array) => loadModel(bytes) },
  // whose checksums fit, so that what is inside of them is looked at
  'files inside .keras archives': {
    file: 'keras',
    mutated: mutatedInside,
    open: (bytes: Uint8Array) => loadModel(bytes),
  },
  '.weights.h5 files': { file: 'weightsH5', mutated: mutate, open: openWeights },
  'legacy .h5 files': { file: 'legacyH5', mutated: mutate, open: (bytes: Uint8Array) => loadModel(bytes) },
} as const;

describe.skipIf(!dir).each(Object.entries(formats))('%s with faults in them', (_, { file, mutated, open }) => {
  test(`are refused with an error of ours, or opened: ${COUNT}`, { timeout: 60_000 + COUNT * 500 }, async () => {
    const warnings = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { cases } = await readGoldens('models', dir!);
    const paths = cases
      .map(({ files }) => files as Record<string, { path: string; bytes: number } | undefined>)
      .flatMap((files) => (files[file] ? [{ ...files[file], model: files.keras!.path }] : []))
      .sort((a, b) => a.bytes - b.bytes)
      .slice(0, 5);
    const problems: string[] = [];
    let opened = 0;
    for (let i = 0; i < COUNT; i++) {
      const { path, model } = paths[i % paths.length]!;
      const bytes = mutated(new Uint8Array(readFileSync(`${dir}/${path}`)), seeded(SEED + i));
      const [start, before] = [performance.now(), memory().bytes];
      try {
        const made = await open(bytes, `${dir}/${model}`);
        opened++;
        if (made.isCompiled) made.optimizer.dispose();
        made.dispose();
      } catch (error) {
        if (!(error instanceof CapasError))
          problems.push(`${path}, seed ${SEED + i}: ${(error as Error).stack?.slice(0, 600)}`);
      }
      const [took, more] = [performance.now() - start, memory().bytes - before];
      if (took > LONGEST) problems.push(`${path}, seed ${SEED + i}: ${Math.round(took)} ms`);
      if (more > 4 * bytes.length) problems.push(`${path}, seed ${SEED + i}: ${more} bytes left`);
    }
    warnings.mockRestore();
    console.log(`${COUNT - opened} refused, ${opened} opened`);
    expect(problems).toEqual([]);
  });
});

function mutatedInside(bytes: Uint8Array, random: () => number): Uint8Array {
  const files = new Map(readArchive('whole', bytes));
  const names = [...files.keys()];
  const name = names[Math.floor(random() * names.length)]!;
  return writeArchive(files.set(name, mutate(files.get(name)!, random)));
}

async function openWeights(bytes: Uint8Array, path: string) {
  if (!existsSync(path)) throw new Error(`there is no ${path}`);
  const model = await loadModel(path);
  await model.loadWeights(bytes).catch((error: Error) => {
    if (model.isCompiled) model.optimizer.dispose();
    model.dispose();
    throw error;
  });
  return model;
}
