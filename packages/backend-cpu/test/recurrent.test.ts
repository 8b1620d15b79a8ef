import { scope, type Tensor, useBackend } from '@capas/core';
import { recurrentCases, runAsProgram, withGradients } from '@capas/core/testing';
import { tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { cpu } from '../src/index.ts';

/** The elements of what a case gives, and of its gradients, on a backend. */
async function resultsOn(backend: 'native' | 'wasm' | 'js', compiled: boolean, name: string): Promise<number[][]> {
  await useBackend(cpu({ prefer: [backend] }));
  const one = recurrentCases[name]!;
  return scope(() => {
    const xs = one.shapes.map((shape, i) => tensor(values(shape, i), [...shape]));
    const run = withGradients(one);
    return (compiled ? runAsProgram(run, xs) : run(xs)).map((result: Tensor) => [...result.dataSync()]);
  });
}

/** Numbers from -1 to 1. */
const values = (shape: readonly number[], seed: number): Float32Array =>
  new Float32Array(shape.reduce((a, b) => a * b, 1)).map((_, i) => Math.sin(1 + i * 1.7 + seed * 5));

describe.each(['native', 'wasm'] as const)('loops compiled on %s', (backend) => {
  test.each(Object.keys(recurrentCases))('as op by op in JavaScript: %s', async (name) => {
    const [provider] = cpu({ prefer: [backend] });
    const { ok, reason } = await provider!.probe();
    if (!ok) {
      console.warn(`recurrent.test.ts: ${backend} is SKIPPED: ${reason}`);
      return;
    }
    const expected = await resultsOn('js', false, name);
    const received = await resultsOn(backend, true, name);
    expected.forEach((elements, i) => {
      const scale = Math.max(1e-3, ...elements.map(Math.abs));
      elements.forEach((element, at) => {
        expect(Math.abs(received[i]![at]! - element)).toBeLessThanOrEqual(1e-5 * scale);
      });
    });
  });
});
