import { scope, type Tensor, useBackend } from '@capas/core';
import { type RecurrentCase, recurrentCases, runAsProgram, withGradients } from '@capas/core/testing';
import { tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { cpu } from '../src/index.ts';

/** The elements of what a case gives, and of its gradients, on a backend. */
async function resultsOf(providers: ReturnType<typeof cpu>, one: RecurrentCase, compiled = true): Promise<number[][]> {
  await useBackend(providers);
  return scope(() => {
    const xs = one.shapes.map((shape, i) => tensor(values(shape, i), [...shape]));
    const run = withGradients(one);
    return (compiled ? runAsProgram(run, xs) : run(xs)).map((result: Tensor) => [...result.dataSync()]);
  });
}

function expectClose(received: number[][], expected: number[][]): void {
  expected.forEach((elements, i) => {
    const scale = Math.max(1e-3, ...elements.map(Math.abs));
    elements.forEach((element, at) => {
      expect(Math.abs(received[i]![at]! - element)).toBeLessThanOrEqual(1e-5 * scale);
    });
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
    const one = recurrentCases[name]!;
    const expected = await resultsOf(cpu({ prefer: ['js'] }), one, false);
    expectClose(await resultsOf(cpu({ prefer: [backend] }), one), expected);
  });
});

/** A batch of so many rows that threads do some each. */
const wide: RecurrentCase = {
  ...recurrentCases['an LSTM cell']!,
  shapes: [[7, 13, 5], [13, 9], [13, 9], [5, 36], [9, 36], [36]],
};

test('rows that threads do alone have the bits that one thread gives them', async () => {
  const [provider] = cpu({ prefer: ['native'] });
  if (!(await provider!.probe()).ok) return;
  const one = await resultsOf(cpu({ prefer: ['native'], threads: 1 }), wide);
  const eager = await resultsOf(cpu({ prefer: ['js'] }), wide, false);
  for (const threads of [2, 3]) expect(await resultsOf(cpu({ prefer: ['native'], threads }), wide)).toEqual(one);
  expectClose(one, eager);
});
