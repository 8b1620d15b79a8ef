/**
 * What `fit` takes for metrics, and how near Adam comes to the bandwidth of the memory: `node bench/training.mjs`.
 * Needs a built project.
 */
import { cpu } from '@capas/backend-cpu';
import { HostArray, useBackend } from '@capas/core';
import { layers, metrics, sequential } from '@capas/layers';
import { measureMachine } from './bound.mjs';
import { programs } from './programs.mjs';
import { figure, share, table } from './report.mjs';

const ROUNDS = 5;
await useBackend(cpu({ prefer: ['native'] }));
const { build, batch } = programs.mnist;
const rows = 500 * batch;
const x = new HostArray(
  Float32Array.from({ length: rows * 784 }, (_, i) => ((i * 7919) % 256) / 255),
  [rows, 784],
);
const labels = Float32Array.from({ length: rows * 10 }, (_, i) => Number(i % 10 === Math.floor(i / 10) % 10));
const y = new HostArray(labels, [rows, 10]);

const sets = {
  'no metrics': () => [],
  accuracy: () => ['accuracy'],
  'accuracy, top 5, crossentropy, mean error, cosine': () => [
    'accuracy',
    metrics.topKCategoricalAccuracy({ k: 5 }),
    'categoricalCrossentropy',
    'meanAbsoluteError',
    'cosineSimilarity',
  ],
  'accuracy, precision, recall, F1, AUC': () => [
    'accuracy',
    metrics.precision(),
    metrics.recall(),
    metrics.f1Score(),
    metrics.auc(),
  ],
};
const times = Object.fromEntries(Object.keys(sets).map((name) => [name, []]));
const models = {};
for (const [name, chosen] of Object.entries(sets)) {
  models[name] = build({ sequential, layers });
  models[name].compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: chosen() });
  await models[name].fit(x, y, { batchSize: batch, epochs: 1, verbose: 0 });
}
for (let round = 0; round < ROUNDS; round++)
  for (const [name, model] of Object.entries(models)) {
    const start = performance.now();
    await model.fit(x, y, { batchSize: batch, epochs: 2, verbose: 0 });
    times[name].push((performance.now() - start) / 1000);
  }
const [none] = Object.values(times).map((all) => Math.min(...all));
const metricRows = Object.entries(times).map(([name, all]) => {
  const ms = Math.min(...all);
  return [name, figure(ms), `${figure(ms / none)}×`];
});
console.log(`MNIST MLP, batches of ${batch}, native, the least of ${ROUNDS}:\n`);
console.log(table(['metrics', 'ms/step', 'of no metrics'], metricRows));

/** Batches of one row: the products are little beside the update of ten million weights. */
const wide = sequential([
  layers.dense({ units: 4096, inputShape: [1024] }),
  layers.dense({ units: 1024 }),
  layers.dense({ units: 1024 }),
]);
wide.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
const steps = 40;
const ones = new HostArray(new Float32Array(steps * 1024).fill(1), [steps, 1024]);
await wide.fit(ones, ones, { batchSize: 1, epochs: 1, verbose: 0 });
const { layers: parts } = await wide.profile(ones, ones, { batchSize: 1, steps });
const { milliseconds, gigabytes } = parts.find(({ name }) => name === 'optimizer');
const triad = measureMachine(2)?.triad.at(-1).gbs;
const ofTriad = triad ? `, ${share(gigabytes, triad)} of the triad's ${figure(triad)}` : '';
console.log(
  `\nAdam of ${figure(wide.countParams() / 1e6)} million weights: ${figure(milliseconds)} ms, ${figure(gigabytes)} GB/s${ofTriad}.`,
);
