/** What stock tfjs-layers takes for a task, on stock tfjs backends: `node bench/tfjs.mjs TASK`, started by `bench.mjs`. */
import { createRequire } from 'node:module';
import { readRows } from './data.mjs';
import { programs } from './programs.mjs';
import { EpochTimes, timeOf, workFor } from './task.mjs';

const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs-core');
const { layers, sequential } = require('@tensorflow/tfjs-layers');

const loaders = {
  wasm() {
    const { setWasmPaths } = require('@tensorflow/tfjs-backend-wasm');
    setWasmPaths(require.resolve('@tensorflow/tfjs-backend-wasm').replace(/[^/\\]*$/, ''));
  },
  cpu: () => require('@tensorflow/tfjs-backend-cpu'),
};

await workFor({
  async fit(task) {
    const { model, x, y, batchSize } = await prepare(task);
    const times = new EpochTimes(task);
    const onEpochBegin = () => times.begin();
    const onEpochEnd = (_, { loss }) => {
      if (times.end(loss)) model.stopTraining = true;
    };
    // 'never' is the fastest
    const options = { batchSize, epochs: times.limit, verbose: 0, yieldEvery: 'never' };
    await model.fit(x, y, { ...options, callbacks: { onEpochBegin, onEpochEnd } });
    return times.result();
  },

  async predict(task) {
    const { model, x } = await prepare(task);
    return { ms: await timeOf(task, () => tf.tidy(() => model.predict(x).dataSync())) };
  },
});

async function prepare({ program: name, backend, rows, data }) {
  loaders[backend]();
  await tf.setBackend(backend);
  await tf.ready();
  const { build, batch, loss, fromLogits, metrics } = programs[name];
  const model = build({ sequential: (list) => sequential({ layers: list }), layers });
  const ofLogits = (labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits);
  model.compile({ optimizer: tf.train.adam(), loss: fromLogits ? ofLogits : loss, metrics });
  const [x, y] = [data.x, data.y].map((each) => {
    const { values, shape } = readRows(each, rows);
    return tf.tensor(Float32Array.from(values), shape);
  });
  // tfjs-layers has no sparse loss of logits, and wants sparse labels in a column
  const column = () => (y.rank === 1 ? tf.reshape(y, [-1, 1]) : y);
  return { model, x, y: fromLogits ? tf.oneHot(tf.cast(y, 'int32'), 10) : column(), batchSize: batch };
}
