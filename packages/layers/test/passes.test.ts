import { cpu } from '@capas/backend-cpu';
import { type Elements, planProgram, scope, type Tensor, useBackend } from '@capas/core';
import { findHazards, interpret, lowerTrace, runPasses, runPlan, trace } from '@capas/core/testing';
import { beforeAll, expect, test } from 'vitest';
import { Batch } from '../src/training/data-adapter.ts';
import { make, numbers, programs } from './support/course-models.ts';

/** At most so many instructions are left of ten. */
const leftOfTen: Readonly<Record<string, number>> = {
  'the MLP of MNIST': 4,
  'the logits of Fashion-MNIST': 4,
  'the convolutional network of CIFAR-10': 5,
  'the embedding of IMDB': 4,
  'the autoencoder': 3,
};

const BATCH = 4;

function elementsOf(tensor: Tensor): Elements {
  const Elements = { float32: Float32Array, int32: Int32Array }[tensor.dtype as string] ?? Uint8Array;
  return new Elements(tensor.dataSync());
}

beforeAll(async () => {
  await useBackend(cpu({ prefer: ['js'] }));
});

test.each(Object.entries(programs))(
  '%s: the passes shorten its step, and they and its plan keep every bit of it',
  (name, program) => {
    const { net } = make(program, false);
    const inputs = (['x', 'y'] as const).map((name) => ({
      name,
      shape: [BATCH, ...program[name]],
      dtype: program.integers[name] ? ('int32' as const) : ('float32' as const),
    }));
    const traced = scope(() =>
      trace((x, y) => net.trainStep(new Batch(x!, [y!], [undefined], BATCH)), inputs, { checkTwice: false }),
    );
    const { program: before, variables } = lowerTrace(traced);
    const after = runPasses(before);
    expect(after.instructions.length).toBeLessThanOrEqual((before.instructions.length * leftOfTen[name]!) / 10);

    const start = Object.fromEntries(before.state.map(({ name }, i) => [name, elementsOf(variables[i]!.value)]));
    const plan = planProgram(after);
    for (const serialBelow of [0, 50, 8192]) expect(findHazards(planProgram(after, { serialBelow }))).toEqual([]);
    let [expected, received, planned] = [start, start, start];
    for (let step = 0; step < 3; step++) {
      const feeds = Object.fromEntries(
        inputs.map(({ name, shape }, i) => [
          name,
          numbers(shape, program.integers[name], 2 * step + i).data as Elements,
        ]),
      );
      expected = { ...interpret(before, { inputs: feeds, state: expected }).state };
      received = { ...interpret(after, { inputs: feeds, state: received }).state };
      planned = runPlan(plan, { inputs: feeds, state: planned }).state;
    }
    expect(received).toEqual(expected);
    expect(planned).toEqual(expected);
    expect(received).not.toEqual(start);
    net.optimizer.dispose();
    net.dispose();
  },
);
