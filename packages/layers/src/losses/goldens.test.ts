import { cpu } from '@capas/backend-cpu';
import { useBackend } from '@capas/core';
import { goldensDir, readGoldens } from '@capas/core/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { runLossCase } from '../testing/golden-losses.ts';

const dir = await goldensDir();
const group = dir ? await readGoldens('losses', dir) : undefined;

describe.skipIf(!group).each(['js', 'wasm'] as const)('losses as in Python Keras, on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(cpu({ prefer: [backend] }));
  });

  test.each(group?.cases ?? [])('$id', (golden) => {
    const { status, detail } = runLossCase(golden, group!);
    expect(status, detail).toBe('passed');
  });
});
