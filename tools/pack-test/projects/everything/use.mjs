// Every package at once: data that is made here, a model, and its features for another.
import assert from 'node:assert/strict';
import * as backendCpu from '@capas/backend-cpu';
import * as backendGpu from '@capas/backend-gpu';
import { useBackend } from '@capas/core';
import { digits } from '@capas/datasets';
import { layers, Sequential } from '@capas/layers';
import * as transfer from '@capas/transfer';

// Where there is no GPU the first factory refuses, with its reason, and the second one serves.
const backend = await useBackend(backendGpu.gpu(), backendCpu.cpu());
assert.ok(['wasm', 'tensorflow'].includes(backend.name), backend.name);

const { train } = await digits.load();
assert.deepEqual(train.x.shape.slice(1), [28, 28]);
const model = new Sequential([
  layers.rescaling({ scale: 1 / 255, inputShape: [28, 28] }),
  layers.flatten(),
  layers.dense({ units: 32, activation: 'relu' }),
  layers.dense({ units: 10, activation: 'softmax' }),
]);
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
const [x, y] = [train.x.slice(0, 2000), train.y.slice(0, 2000)];
const { history } = await model.fit(x, y, { epochs: 3, batchSize: 32, verbose: 0 });
assert.ok(history.accuracy[2] > 0.6, `accuracy by epoch: ${history.accuracy}`);
assert.ok(Object.keys(transfer).length > 0, 'the transfer package exports nothing');
console.log(`trained on ${backend.name}: accuracy ${history.accuracy[2].toFixed(3)}`);
