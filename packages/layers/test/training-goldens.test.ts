import { cpu } from '@capas/backend-cpu';
import { memory, useBackend } from '@capas/core';
import { goldensDir, readGoldens } from '@capas/core/testing';
import { describe, expect, test } from 'vitest';
import { runCallbackCase, runModelCase, runTrainingCase } from '../src/testing.ts';

const native = (await cpu({ prefer: ['native'] })[0]!.probe()).ok;
const dir = await goldensDir();
if (!dir) console.warn('goldens of training: skipped, there is no folder of golden values (CAPAS_GOLDENS_DIR)');

describe
  .skipIf(!dir)
  .each([
    ['js', 'eager'],
    ['wasm', 'eager'],
    ['js', 'compiled'],
    ['wasm', 'compiled'],
    ...(native ? [['native', 'compiled'] as const] : []),
  ] as const)('on %s, %s', (backend, mode) => {
  test.each([
    ['training', runTrainingCase, 5],
    // what callbacks decide is computed nowhere; models are loaded once in each way that they run in
    ...(`${backend} ${mode}` === 'js eager' ? [['callbacks', runCallbackCase, 11] as const] : []),
    ...(mode === 'compiled' || backend === 'js' ? [['models', runModelCase, 15] as const] : []),
  ] as const)(
    '%s: every case about what exists agrees with Keras and leaves nothing behind',
    async (name, run, least) => {
      await useBackend(cpu({ prefer: [backend] }));
      const group = await readGoldens(name, dir!);
      const before = memory().tensors;
      const outcomes = [];
      for (const golden of group.cases) outcomes.push(await run(golden, group, mode));
      expect(outcomes.filter(({ status }) => status === 'failed')).toEqual([]);
      expect(outcomes.filter(({ status }) => status === 'passed').length).toBeGreaterThanOrEqual(least);
      expect(memory().tensors).toBe(before);
    },
  );
});
