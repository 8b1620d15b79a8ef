// Node 20.19 and later load ES modules by `require`: a CommonJS program needs no second build of ours.
const assert = require('node:assert/strict');
const { layers, Sequential } = require('@capas/layers');

const model = new Sequential([layers.dense({ units: 3, inputShape: [2] })]);
assert.deepEqual(model.outputShapes, [[null, 3]]);
