// Trains a model with a backup in a folder; a test ends this process in the middle, again and again.
import { cpu } from '@capas/backend-cpu';
import { HostArray, setSeed, useBackend } from '@capas/core';
import { callbacks, layers, optimizers, sequential } from '../../dist/index.js';

const [folder = '', backend = 'js'] = process.argv.slice(2);
await useBackend(...cpu({ prefer: [/** @type {'js'} */ (backend)] }));
setSeed(5);
const x = new HostArray(
  Float32Array.from({ length: 512 * 8 }, (_, i) => Math.sin(i)),
  [512, 8],
);
const y = new HostArray(
  Int32Array.from({ length: 512 }, (_, i) => (i * i) % 3),
  [512],
);
const model = sequential([
  layers.dense({ units: 24, activation: 'relu', inputShape: [8] }),
  layers.batchNormalization(),
  layers.dropout({ rate: 0.3 }),
  layers.dense({ units: 3, activation: 'softmax' }),
]);
model.compile({
  optimizer: optimizers.adam({ learningRate: 0.01, useEma: true }),
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
});
const { history } = await model.fit(x, y, {
  epochs: 4,
  batchSize: 16,
  validationSplit: 0.25,
  verbose: 0,
  callbacks: [
    { onTrainBatchEnd: (/** @type {number} */ batch) => void process.stdout.write(`${batch}\n`) },
    callbacks.reduceLROnPlateau({ patience: 1, monitor: 'loss', minDelta: 0.05 }),
    callbacks.earlyStopping({ patience: 3, restoreBestWeights: true }),
    callbacks.csvLogger({ filename: `${folder}/run.csv` }),
    callbacks.backupAndRestore({ backupDir: `${folder}/backup`, saveFreq: 5 }),
  ],
});
const weights = model.getWeights().map((weight) => Array.from(weight.dataSync()));
process.stdout.write(`done ${JSON.stringify({ history, weights })}\n`);
