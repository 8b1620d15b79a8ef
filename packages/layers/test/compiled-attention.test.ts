import { cpu } from '@capas/backend-cpu';
import { activeExecutor, compileStep, gradients, ops, random, traceStep, useBackend, Variable } from '@capas/core';
import { layers } from '@capas/layers';
import { describe, expect, test } from 'vitest';

const [batch, length, dim] = [2, 70, 6];
/** The place of its gradient among the results: the output, then the gradients of x and of the weights. */
const KEY_BIAS = 5;

/** The forward pass of a layer and its gradients, as a compiled step and at once. */
async function run(options: object) {
  const layer = new layers.MultiHeadAttention({ numHeads: 3, keyDim: 4, seed: 1 });
  const x = new Variable({ name: 'x', shape: [batch, length, dim], initializer: (s) => random.normal(s, { seed: 2 }) });
  const apply = () => layer.apply([x.value, x.value], options);
  apply().dispose();
  const read = [x, ...layer.trainableWeights];
  read.slice(1).forEach((weight, i) => {
    weight.assign(random.normal(weight.shape, { seed: 3 + i, stddev: 0.5 }));
  });
  const written = [x, ...read].map(
    ({ shape }, i) => new Variable({ name: `result ${i}`, shape, initializer: (s) => random.normal(s, { seed: 9 }) }),
  );
  const both = () => {
    const slopes = gradients(
      () => {
        const y = apply();
        written[0]!.assign(y);
        return ops.sum(ops.square(y));
      },
      read.map(({ value }) => value),
    );
    for (const [i, slope] of slopes.entries()) written[i + 1]!.assign(slope!);
  };
  const step = compileStep(traceStep(both, []), activeExecutor()!);
  await step.runMany(1);
  const compiled = written.map(({ value }) => value.dataSync<'float32'>().slice());
  both();
  const eager = written.map(({ value }) => value.dataSync<'float32'>().slice());
  const { arenaBytes, program } = step.plan;
  step.dispose();
  return { compiled, eager, arenaBytes, names: program.instructions.map(({ primitive }) => primitive) };
}

/** A query sees the keys that this pattern leaves. */
const mask = Array.from({ length: batch }, (_, b) =>
  Array.from({ length }, (_, row) => Array.from({ length }, (_, key) => (row + key + b) % 3 !== 0)),
);

describe.each(['js', 'wasm', 'native'] as const)('%s', (name) => {
  test.each([
    ['plain', {}],
    ['causal', { useCausalMask: true }],
    ['masked', { attentionMask: mask }],
  ])('%s attention, compiled, is what it is op by op, and its scores are never all in memory', async (_, options) => {
    await useBackend(cpu({ prefer: [name, 'js'] }));
    const { compiled, eager, arenaBytes, names } = await run(options);
    compiled.forEach((values, i) => {
      // a bias of keys moves all scores of a query alike: its gradient is 0 but for rounding
      const scale = Math.max(...eager[i === KEY_BIAS ? i - 1 : i]!.map(Math.abs));
      const far = values.findIndex((value, at) => !(Math.abs(value - eager[i]![at]!) <= 2e-6 * scale));
      expect(far, `result ${i}: ${values[far]} for ${eager[i]![far]}`).toBe(-1);
    });
    if (activeExecutor()!.name === 'wasm') return expect(names).toContain('softmax');
    expect(names).toEqual(expect.arrayContaining(['attention', 'attentionGrad']));
    expect(names).not.toContain('softmax');
    expect(names).not.toContain('transpose');
    expect(arenaBytes).toBeLessThan(batch * 3 * length * length * 4);
  });
});
