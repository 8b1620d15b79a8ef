import { useBackend } from '@capas/core';
import { kernelsMissingOn, runConformance } from '@capas/core/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { tensorflowProvider } from './tensorflow-provider.ts';

/** The suite that every backend runs, on a TensorFlow that `tools/tfjs-node/build.mjs` built; skipped where none is named. */
const folder = process.env.CAPAS_TFJS_NODE_DIR ?? '';

describe.skipIf(!folder)('the tensorflow backend', () => {
  beforeAll(async () => {
    await useBackend(tensorflowProvider({ from: [folder], allowCpu: true }));
  });

  runConformance({ engineName: 'tensorflow', test: { describe, it } });

  it('has every kernel that core knows', () => {
    expect(kernelsMissingOn('tensorflow')).toEqual([]);
  });
});
