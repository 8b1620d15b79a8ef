/** What Capas takes for a layer, forward and backward: `node bench/layers-capas.mjs TASK`, started by `layers.mjs`. */
import { cpu } from '@capas/backend-cpu';
import { activeExecutor, compileStep, gradients, ops, random, traceStep, useBackend, Variable } from '@capas/core';
import { layers } from '@capas/layers';
import { median, workFor } from './task.mjs';

await workFor({
  /** Milliseconds of one pass forward and backward, compiled: the output and all gradients are written each time. */
  async layer({ layer: className, config, input, call, training = false, backend, cores, hasThreads, seconds }) {
    await useBackend(cpu({ prefer: [backend], ...(hasThreads && { threads: cores }) }));
    const layer = new layers[className](config);
    const draw = (name, shape, seed) =>
      new Variable({ name, shape, initializer: (dims) => random.normal(dims, { seed }) });
    const x = draw('x', input, 1);
    const apply = () => layer.apply(call === 'twice' ? [x.value, x.value] : x.value, { training });
    const example = apply();
    const dy = draw('dy', example.shape, 2);
    const inputs = [x, ...layer.trainableWeights];
    const outputs = [dy, ...inputs].map(({ shape }, i) => draw(`result ${i}`, shape, 3));
    const step = compileStep(
      traceStep(() => {
        const slopes = gradients(
          () => {
            const y = apply();
            outputs[0].assign(y);
            return ops.sum(ops.multiply(y, dy.value));
          },
          inputs.map(({ value }) => value),
        );
        for (const [i, slope] of slopes.entries()) outputs[i + 1].assign(slope);
      }, []),
      activeExecutor(),
    );
    return { ms: await timeOfSteps(step, seconds) };
  },
});

/** The median time of a step in runs of some 50 ms each. */
async function timeOfSteps(step, seconds) {
  await step.runMany(2);
  const timed = async (count) => {
    const start = performance.now();
    await step.runMany(count);
    return (performance.now() - start) / count;
  };
  const count = Math.max(1, Math.round(50 / (await timed(2))));
  const times = [];
  for (const end = performance.now() + seconds * 1000; times.length < 3 || performance.now() < end; )
    times.push(await timed(count));
  return median(times);
}
