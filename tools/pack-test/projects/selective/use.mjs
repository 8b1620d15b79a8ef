// What a user's first program does: find a backend by itself, learn, and be right.
import assert from 'node:assert/strict';
import { HostArray, ready, setSeed } from '@capas/core';
import { layers, optimizers, Sequential } from '@capas/layers';

const backend = await ready();
assert.equal(backend.name, 'wasm', `expected WASM from @capas/backend-cpu, got ${backend.name}: ${backend.reason}`);

// Points of a grid; class 1 lies inside a circle, which no straight line cuts off.
const points = Array.from({ length: 400 }, (_, i) => [((i % 20) - 9.5) / 10, (Math.floor(i / 20) - 9.5) / 10]);
const x = HostArray.from(points);
const y = HostArray.from(points.map(([a, b]) => (Math.hypot(a, b) < 0.6 ? 1 : 0)));

setSeed(1);
const model = new Sequential([
  layers.dense({ units: 16, activation: 'relu', inputShape: [2] }),
  layers.dense({ units: 2, activation: 'softmax' }),
]);
model.compile({
  optimizer: optimizers.adam({ learningRate: 0.02 }),
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
});
const { history } = await model.fit(x, y, { epochs: 40, batchSize: 16, verbose: 0 });
const { accuracy } = await model.evaluate(x, y, { verbose: 0 });
assert.ok(history.loss[39] < 0.5 * history.loss[0], `the loss did not fall: ${history.loss}`);
assert.ok(accuracy > 0.95, `accuracy ${accuracy}`);

const predicted = await model.predict(x);
assert.deepEqual(predicted.shape, [400, 2]);
console.log(`trained on ${backend.name}: accuracy ${accuracy.toFixed(3)}`);
