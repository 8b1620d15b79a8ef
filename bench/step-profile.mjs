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

/** Of each: the least time that a step took, and the mean. */
const summary = new Map();
function note(label, ms, calls = '') {
  const { least = Number.POSITIVE_INFINITY, sum = 0 } = summary.get(label) ?? {};
  summary.set(label, { least: Math.min(least, ms), sum: sum + ms, calls });
}
for (let i = 0; i < Number(steps); i++) {
  times.clear();
  const start = performance.now();
  model.trainStep(batch);
  const total = performance.now() - start;
  for (const [kernel, { ms, calls }] of times) note(kernel, ms, calls);
  note('the step', total);
  note('outside of kernels', total - [...times.values()].reduce((sum, { ms }) => sum + ms, 0));
}

console.log(`${name}: ${device}, Node ${process.version}, ${steps} steps`);
console.log(`${''.padEnd(28)}    least      mean   calls`);
for (const [label, { least, sum, calls }] of [...summary].sort(([, a], [, b]) => b.least - a.least).slice(0, 30))
  console.log(
    `${label.padEnd(28)}${least.toFixed(3).padStart(9)} ${(sum / Number(steps)).toFixed(3).padStart(9)} ${String(calls).padStart(7)}`,
  );
