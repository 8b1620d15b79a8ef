/**
 * Where the time of a training step goes, kernel by kernel: `node bench/step-profile.mjs PROGRAM [STEPS]` after a build.
 * Programs: those of `course-models.mjs`. What no kernel takes is the rest: the tape, the layers, the memory's accounts.
 */
import { cpu } from '@capas/backend-cpu';
import { toTensor, useBackend } from '@capas/core';
import { layers, losses, sequential } from '@capas/layers';
import * as tf from '@tensorflow/tfjs-core';
import { courseModels } from './course-models.mjs';

const [name = 'mnist', steps = '50'] = process.argv.slice(2);
const program = courseModels[name];
if (!program) throw new Error(`Unknown program '${name}'. Known: ${Object.keys(courseModels).join(', ')}.`);

const { device } = await useBackend(cpu({ prefer: ['wasm'] }));
const times = new Map();
const depth = { now: 0 };
for (const config of tf.getKernelsForBackend('wasm')) {
  const { kernelName, kernelFunc } = config;
  tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({ ...config, kernelFunc: (call) => timed(kernelName, () => kernelFunc(call)) });
}

function timed(kernelName, run) {
  if (depth.now > 0) return run();
  depth.now++;
  const start = performance.now();
  try {
    return run();
  } finally {
    depth.now--;
    const entry = times.get(kernelName) ?? { ms: 0, calls: 0 };
    entry.ms += performance.now() - start;
    entry.calls++;
    times.set(kernelName, entry);
  }
}

const model = program.build({ sequential, layers });
const loss = program.fromLogits ? losses[program.loss]({ fromLogits: true }) : program.loss;
model.compile({ optimizer: 'adam', loss, metrics: program.metrics });
const tensorOf = ({ values, shape }) => toTensor(values).reshape(shape);
const batch = { x: tensorOf(program.x), y: [tensorOf(program.y)], sampleWeight: [], size: program.batch };
for (let i = 0; i < 5; i++) model.trainStep(batch);

times.clear();
const each = [];
for (let i = 0; i < Number(steps); i++) {
  const start = performance.now();
  model.trainStep(batch);
  each.push(performance.now() - start);
}
const total = each.reduce((sum, ms) => sum + ms, 0);
const inKernels = [...times.values()].reduce((sum, { ms }) => sum + ms, 0);
const row = (label, ms, calls = '') =>
  console.log(`${label.padEnd(28)}${(ms / each.length).toFixed(3).padStart(9)} ms ${String(calls).padStart(6)}`);

console.log(`${name}: ${device}, Node ${process.version}, ${each.length} steps`);
row('least', Math.min(...each) * each.length);
row('mean', total);
row('rest', total - inKernels);
for (const [kernel, { ms, calls }] of [...times].sort(([, a], [, b]) => b.ms - a.ms).slice(0, 30))
  row(kernel, ms, calls / each.length);
