import { cpu } from '@capas/backend-cpu';
import { activeExecutor, useBackend } from '@capas/core';
import { describe, expect, test } from 'vitest';
import type { Model } from '../src/index.ts';
import { make, type Program, programs } from './support/course-models.ts';

/** What twenty steps, an evaluation and a prediction give. */
async function results(
  program: Program,
  jitCompile: boolean,
  optimizer: 'adam' | 'sgd',
): Promise<Record<string, readonly number[]>> {
  const { net, x, y } = make(program, jitCompile, optimizer);
  const { history } = await net.fit(x, y, { batchSize: 4, epochs: 4, verbose: 0 });
  const evaluated = await net.evaluate(x, y, { batchSize: 4, verbose: 0 });
  const predicted = await net.predict(x, { batchSize: 4 });
  const found = {
    ...history,
    evaluated: Object.values(evaluated),
    predicted: [...predicted.dataSync()],
    ...stateOf(net),
  };
  predicted.dispose();
  net.dispose();
  return found;
}

const stateOf = (net: Model): Record<string, readonly number[]> =>
  Object.fromEntries(
    [...net.weights, ...net.optimizer.variables].map(({ path, value }) => [path, [...value.dataSync()]]),
  );

describe.each(['native', 'wasm'] as const)('compiled on %s', (backend) => {
  test.each(Object.entries(programs))('twenty steps as op by op in JavaScript: %s', async (name, program) => {
    // a bias before batch normalization has no gradient but rounding, and Adam divides that by itself
    const optimizer = name.includes('convolutional') ? 'sgd' : 'adam';
    const [provider] = cpu({ prefer: [backend] });
    const { ok, reason } = await provider!.probe();
    if (!ok) {
      console.warn(`compiled-backends.test.ts: ${backend} is SKIPPED: ${reason}`);
      return;
    }
    await useBackend(provider!);
    expect(activeExecutor()?.name).toBe(backend);
    const received = await results(program, true, optimizer);
    await useBackend(cpu({ prefer: ['js'] }));
    const expected = await results(program, false, optimizer);
    expect(Object.keys(received)).toEqual(Object.keys(expected));
    for (const [what, values] of Object.entries(expected)) {
      // rounding differs by some 1e-7 a step
      const far = values.findIndex(
        (value, i) => !(Math.abs(received[what]![i]! - value) <= 2e-5 * Math.max(0.1, Math.abs(value))),
      );
      expect(far < 0 ? 'close' : `${what}[${far}]: ${received[what]![far]} and not ${values[far]}`).toBe('close');
    }
  });
});
