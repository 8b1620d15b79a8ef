// Saves a model to the same path, again and again; a test ends this process in the middle.
import { cpu } from '@capas/backend-cpu';
import { ops, setSeed, useBackend } from '@capas/core';
import { layers, sequential } from '../../dist/index.js';

const [path = ''] = process.argv.slice(2);
await useBackend(...cpu({ prefer: ['js'] }));
setSeed(1);
const model = sequential([layers.dense({ units: 300, inputShape: [300] }), layers.dense({ units: 300 })]);
for (let i = 0; ; i++) {
  model.setWeights(model.weights.map(({ shape }) => ops.full(shape, i)));
  await model.save(path);
  process.stdout.write(`${i}\n`);
}
