import { cpu } from '@capas/backend-cpu';
import { memory, useBackend } from '@capas/core';
import { goldensDir, readGoldens } from '@capas/core/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { runActivationCase } from '../src/testing/golden-activations.ts';
import { runConstraintCase } from '../src/testing/golden-constraints.ts';
import { runInitializerCase } from '../src/testing/golden-initializers.ts';
import { runOptimizerCase } from '../src/testing/golden-optimizers.ts';
import { runRegularizerCase } from '../src/testing/golden-regularizers.ts';
import { runScheduleCase } from '../src/testing/golden-schedules.ts';

const runners = {
  activations: runActivationCase,
  constraints: runConstraintCase,
  initializers: runInitializerCase,
  optimizers: runOptimizerCase,
  regularizers: runRegularizerCase,
  schedules: runScheduleCase,
};

const dir = await goldensDir();
const groups = dir
  ? await Promise.all(Object.entries(runners).map(async ([name, run]) => ({ run, ...(await readGoldens(name, dir)) })))
  : [];

beforeAll(async () => {
  await useBackend(cpu({ prefer: ['js'] }));
});

describe.skipIf(!dir).each(groups)('$group are as in Keras', ({ run, ...group }) => {
  test.each(group.cases)('$id', (golden) => {
    const { tensors } = memory();
    const { status, detail } = run(golden, group);
    expect(status, detail).toBe('passed');
    expect(memory().tensors).toBe(tensors);
  });
});
