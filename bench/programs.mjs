/**
 * Milliseconds per training step of the five course programs' models: Capas on WASM, beside stock tfjs-layers on stock
 * tfjs-backend-wasm and, if asked for, Keras on TensorFlow, in turns in one run.
 *
 *     node bench/programs.mjs [--python PATH] [--rounds 3] [PROGRAM …]
 *
 * Each is measured as users train: `fit` on random data of the program's shapes. The figure is the median over epochs of the
 * round with the least one. Prints a Markdown table.
 */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { courseModels } from './course-models.mjs';

const { values: options, positionals } = parseArgs({
  options: { python: { type: 'string' }, rounds: { type: 'string', default: '3' }, worker: { type: 'string' } },
  allowPositionals: true,
});

/** Steps per epoch and epochs: a second or two each round. */
const plan = (name) => (name === 'cifar10' ? { steps: 3, epochs: 3 } : { steps: 60, epochs: 7 });

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Every value again for each step of an epoch. */
function repeated({ values, shape }, steps) {
  const all = new values.constructor(values.length * steps);
  for (let i = 0; i < steps; i++) all.set(values, i * values.length);
  return { values: all, shape: [shape[0] * steps, ...shape.slice(1)] };
}

/** The median time of a step, over epochs; the first warms up. */
async function timeFit(name, fit) {
  const { steps, epochs } = plan(name);
  const times = [];
  for (let epoch = 0; epoch <= epochs; epoch++) {
    const start = performance.now();
    await fit();
    if (epoch > 0) times.push((performance.now() - start) / steps);
  }
  return median(times);
}

async function timeCapas(name) {
  const { cpu } = await import('@capas/backend-cpu');
  const { toTensor, useBackend } = await import('@capas/core');
  const { layers, losses, sequential } = await import('@capas/layers');
  await useBackend(cpu({ prefer: ['wasm'] }));
  const program = courseModels[name];
  const model = program.build({ sequential, layers });
  const loss = program.fromLogits ? losses[program.loss]({ fromLogits: true }) : program.loss;
  model.compile({ optimizer: 'adam', loss, metrics: program.metrics });
  const tensorOf = ({ values, shape }) => toTensor(values).reshape(shape);
  const [x, y] = [program.x, program.y].map((data) => tensorOf(repeated(data, plan(name).steps)));
  return timeFit(name, () => model.fit(x, y, { batchSize: program.batch, epochs: 1, verbose: 0 }));
}

async function timeStock(name) {
  const { createRequire } = await import('node:module');
  const require = createRequire(import.meta.url);
  const tf = require('@tensorflow/tfjs-core');
  const wasm = require('@tensorflow/tfjs-backend-wasm');
  const layers = require('@tensorflow/tfjs-layers');
  wasm.setWasmPaths(`${require.resolve('@tensorflow/tfjs-backend-wasm').replace(/[^/\\]*$/, '')}`);
  await tf.setBackend('wasm');
  await tf.ready();
  const program = courseModels[name];
  const model = program.build({ sequential: (list) => layers.sequential({ layers: list }), layers: layers.layers });
  const fromLogits = (labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits);
  model.compile({
    optimizer: tf.train.adam(),
    loss: program.fromLogits ? fromLogits : program.loss,
    metrics: program.metrics,
  });
  const tensorOf = ({ values, shape }) => tf.tensor(Float32Array.from(values), shape);
  const [x, y] = [program.x, program.y].map((data) => tensorOf(repeated(data, plan(name).steps)));
  // tfjs-layers has no sparse loss of logits, so it gets rows with a single one there
  const oneHot = () => tf.oneHot(tf.cast(y, 'int32'), 10);
  const labels = program.fromLogits ? oneHot() : y.rank === 1 ? tf.reshape(y, [-1, 1]) : y;
  return timeFit(name, () =>
    model.fit(x, labels, { batchSize: program.batch, epochs: 1, verbose: 0, yieldEvery: 'never' }),
  );
}

/** The same in Python. */
const kerasProgram = (name) => {
  const { keras, loss, fromLogits, metrics, batch, x, y } = courseModels[name];
  const { steps, epochs } = plan(name);
  const pythonLoss = {
    sparseCategoricalCrossentropy: 'Sparse',
    categoricalCrossentropy: '',
    binaryCrossentropy: 'Binary',
  };
  const lossClass = loss === 'binaryCrossentropy' ? 'BinaryCrossentropy' : `${pythonLoss[loss]}CategoricalCrossentropy`;
  const data = ({ values, shape }, label) => {
    const size = `(${[shape[0] * steps, ...shape.slice(1)].join(', ')},)`;
    if (label && name === 'cifar10')
      return `np.eye(10, dtype='float32')[np.random.randint(0, 10, ${shape[0] * steps})]`;
    if (!(values instanceof Int32Array) && !(label && name === 'imdb'))
      return `np.random.rand(*${size}).astype('float32')`;
    const below = label ? (name === 'imdb' ? 2 : 10) : 20000;
    return `np.random.randint(0, ${below}, ${size}).astype('int32')`;
  };
  return `
import os, time
os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
import numpy as np, keras
import tensorflow
L = keras.layers
model = keras.Sequential(${keras})
model.compile(optimizer='adam', loss=keras.losses.${lossClass}(${fromLogits ? 'from_logits=True' : ''}), metrics=${JSON.stringify(metrics)})
x, y = ${data(x, false)}, ${data(y, true)}
times = []
for epoch in range(${epochs + 1}):
    start = time.perf_counter()
    model.fit(x, y, batch_size=${batch}, epochs=1, verbose=0)
    times.append((time.perf_counter() - start) / ${steps} * 1000)
print('RESULT', sorted(times[1:])[${Math.floor(epochs / 2)}], 'Keras', keras.__version__, 'on TensorFlow', tensorflow.__version__)
`;
};

/** Runs a program and reads the line that it ends with; `undefined` if it fails. */
function resultOf(command, args) {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  const line = stdout?.split('\n').find((text) => text.startsWith('RESULT '));
  if (line) {
    const [, ms, ...version] = line.split(' ');
    return { ms: Number(ms), version: version.join(' ') };
  }
  const reason = `${stderr}`.split('\n').find((text) => text.includes('Error')) ?? 'no result';
  return { ms: undefined, version: reason.trim() };
}

function compare(names) {
  const self = fileURLToPath(import.meta.url);
  const sides = {
    Capas: (name) => resultOf(process.execPath, [self, '--worker', 'capas', name]),
    'tfjs-layers': (name) => resultOf(process.execPath, [self, '--worker', 'stock', name]),
    ...(options.python && { Keras: (name) => resultOf(options.python, ['-c', kerasProgram(name)]) }),
  };
  const notes = new Set();
  const rows = names.map((name) => {
    const best = {};
    for (let round = 0; round < Number(options.rounds); round++) {
      for (const [side, run] of Object.entries(sides)) {
        if (round > 0 && best[side] === undefined) continue;
        const { ms, version } = run(name);
        if (ms === undefined) notes.add(`${name} on ${side}: ${version}`);
        else if (version) notes.add(version);
        if (ms !== undefined) best[side] = Math.min(best[side] ?? Number.POSITIVE_INFINITY, ms);
      }
    }
    const cell = (side) => {
      if (side === 'Capas') return best.Capas?.toFixed(2) ?? 'fails';
      return best[side] === undefined ? 'fails' : `${best[side].toFixed(2)} (${(best[side] / best.Capas).toFixed(2)}×)`;
    };
    return [name, courseModels[name].batch, ...Object.keys(sides).map(cell)];
  });
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0].model}. Milliseconds per step, less is better;`);
  console.log('in brackets how many times as long as Capas.\n');
  const header = ['program', 'batch', ...Object.keys(sides)];
  for (const row of [header, header.map((_, i) => (i === 0 ? '---' : '---:')), ...rows])
    console.log(`| ${row.join(' | ')} |`);
  console.log(['', ...notes].join('\n'));
}

if (options.worker) {
  const ms = await (options.worker === 'capas' ? timeCapas : timeStock)(positionals[0]);
  console.log(`RESULT ${ms}`);
} else compare(positionals.length > 0 ? positionals : Object.keys(courseModels));
