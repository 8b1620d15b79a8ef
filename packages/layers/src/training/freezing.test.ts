import { cpu } from '@capas/backend-cpu';
import { scope, useBackend } from '@capas/core';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { layers, type Model, sequential } from '../index.ts';
import { clearSession } from '../naming.ts';
import { classes, x } from '../testing/small-models.ts';

const quiet = { verbose: 0, batchSize: 4 } as const;

/** A body with batch normalization, and a head. */
function network(jitCompile: boolean): { model: Model; body: Model } {
  const body = sequential([layers.dense({ units: 4, inputShape: [2] }), layers.batchNormalization()], { name: 'body' });
  const model = sequential([body, layers.dense({ units: 3, activation: 'softmax', name: 'head' })], { name: 'net' });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', jitCompile });
  return { model: model as unknown as Model, body: body as unknown as Model };
}

const bitsOf = (model: Model): number[][] =>
  scope(() =>
    model.weights.map(({ value }) => [...new Uint32Array((value.dataSync() as Float32Array).slice().buffer)]),
  );

beforeEach(clearSession);
afterEach(() => vi.restoreAllMocks());

describe.each(['js', 'wasm', 'native'] as const)('on %s', (backend) => {
  beforeAll(() => useBackend(cpu({ prefer: [backend] })));

  describe.each([
    ['op by op', false],
    ['compiled', true],
  ])('%s', (_, jit) => {
    test('what is frozen, batch normalization too, does not move by one bit', async () => {
      const { model, body } = network(jit);
      await model.fit(x, classes, quiet);
      body.trainable = false;
      model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', jitCompile: jit });
      const before = { body: bitsOf(body), all: bitsOf(model) };
      await model.fit(x, classes, { ...quiet, epochs: 3 });
      await model.trainOnBatch(x, classes);
      expect(bitsOf(body)).toEqual(before.body);
      expect(bitsOf(model)).not.toEqual(before.all);
      model.dispose();
    });

    test('without compile a change changes nothing', async () => {
      vi.spyOn(console, 'warn').mockImplementation(() => {});
      const [changed, reference] = [network(jit), network(jit)];
      reference.model.setWeights(changed.model.getWeights());
      for (const { model } of [changed, reference]) await model.fit(x, classes, { ...quiet, shuffle: false });
      changed.body.trainable = false;
      for (const { model } of [changed, reference]) {
        await model.fit(x, classes, { ...quiet, shuffle: false, epochs: 2 });
        await model.evaluate(x, classes, quiet);
      }
      expect(bitsOf(changed.model)).toEqual(bitsOf(reference.model));
      expect(changed.body.trainable).toBe(false);
      expect(changed.model.trainableWeights.map(({ path }) => path)).toEqual(['net/head/kernel', 'net/head/bias']);
      for (const { model } of [changed, reference]) model.dispose();
    });
  });
});

test('the notice names the model and the layers', async () => {
  await useBackend(cpu({ prefer: ['js'] }));
  const notices = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const model = sequential([layers.dense({ units: 3, inputShape: [2], name: 'first' })], { name: 'told' });
  model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
  model.getLayer('first').trainable = false;
  for (const _ of [0, 1]) await model.fit(x, classes, quiet);
  const told = notices.mock.calls.map(String).filter((text) => text.includes("model 'told'"));
  expect(told).toHaveLength(1);
  expect(told[0]).toContain(
    "`trainable` was changed after `compile` ('first'). Call `compile` again: until then the model is trained as before.",
  );
});
