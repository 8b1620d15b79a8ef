import { cpu } from '@capas/backend-cpu';
import { useBackend } from '@capas/core';
import { beforeAll, expect, test } from 'vitest';
import { run } from '../testing/golden-losses.ts';
import { readGoldens } from '../testing/local-goldens.ts';

const cases = await readGoldens('../shared/goldens', 'losses');

beforeAll(async () => {
  await useBackend(cpu({ prefer: ['js'] }));
});

test.each(cases)('$id', (item) => {
  const outcome = run(item);
  expect(outcome.detail).toBe('');
});
