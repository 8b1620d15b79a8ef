import { cpu } from '@capas/backend-cpu';
import { memory, useBackend } from '@capas/core';
import { goldensDir, readGoldens } from '@capas/core/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { runLayerCase } from '../testing/golden-layers.ts';

const native = (await cpu({ prefer: ['native'] })[0]!.probe()).ok;
const dir = await goldensDir();
const groups = [
  'activation',
  'attention',
  'audio',
  'conv',
  'core',
  'image',
  'merging',
  'normalization',
  'pooling',
  'preprocessing',
  'regularization',
  'reshaping',
  'rnn',
];
if (!dir) console.warn('goldens of layers: skipped, there is no folder of golden values (CAPAS_GOLDENS_DIR)');

describe
  .skipIf(!dir)
  .each([
    ['js', 'eager'],
    ['js', 'compiled'],
    ['wasm', 'compiled'],
    ...(native ? [['native', 'compiled'] as const] : []),
  ] as const)('goldens of layers on %s, %s', (backend, mode) => {
  const passed = { count: 0 };

  beforeAll(() => useBackend(cpu({ prefer: [backend] })));

  test.each(groups)('layers-%s: every case about a layer that exists agrees with Keras', async (name) => {
    const group = await readGoldens(`layers-${name}`, dir!);
    const before = memory().tensors;
    const outcomes = group.cases.filter(({ advisory }) => !advisory).map((golden) => runLayerCase(golden, group, mode));
    expect(outcomes.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(memory().tensors).toBe(before);
    for (const { status } of outcomes) if (status === 'passed') passed.count++;
  });

  test('there were cases', () => {
    expect(passed.count).toBeGreaterThan(80);
  });
});
