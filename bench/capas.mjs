/**
 * What Capas takes for a task: `node bench/capas.mjs TASK`, started by `bench.mjs` as a process of its own. Everything goes
 * through the public functions, as users call them.
 */
import { cpu } from '@capas/backend-cpu';
import { activeExecutor, compileStep, HostArray, Profile, toTensor, traceStep, useBackend } from '@capas/core';
import { layers, losses, sequential } from '@capas/layers';
import { readRows } from './data.mjs';
import { programs } from './programs.mjs';
import { EpochTimes, sinceStart, timeOf, workFor } from './task.mjs';

const array = (values, shape, dtype) => new HostArray(values, shape, dtype);

await workFor({
  /** Trains, and says how long a step took. */
  async fit(task) {
    const { model, x, y, batchSize } = await prepare(task);
    const times = new EpochTimes(task);
    const onEpochBegin = () => times.begin();
    const onEpochEnd = (_, { loss }) => {
      if (times.end(loss)) model.stopTraining = true;
    };
    await model.fit(x, y, { batchSize, epochs: times.limit, verbose: 0, callbacks: { onEpochBegin, onEpochEnd } });
    return times.result();
  },

  /** The time from the start of the process to the end of the first epoch. */
  async first(task) {
    const { model, x, y, batchSize } = await prepare(task);
    const { history } = await model.fit(x, y, { batchSize, epochs: 1, verbose: 0 });
    return { ms: sinceStart(), loss: history.loss[0] };
  },

  async predict(task) {
    const { model, x } = await prepare(task);
    return { ms: await timeOf(task, () => model.predict(x)) };
  },

  async evaluate(task) {
    const { model, x, y } = await prepare(task);
    return { ms: await timeOf(task, () => model.evaluate(x, y, { verbose: 0 })) };
  },

  /** The time that a step takes to compile, in a process that has compiled nothing yet, and what there is to do in it. */
  async compile(task) {
    const { model, x, y, batchSize } = await prepare(task);
    const [xs, ys] = [x, y].map((all) => toTensor(all.slice(0, batchSize)));
    const inputs = [xs, ys].map(({ shape, dtype }, i) => ({ name: ['x', 'y'][i], shape, dtype }));
    const batch = (x, y) => ({ x, y: [y], sampleWeight: [], size: batchSize });
    model.tryStep(batch(xs, ys));
    const start = performance.now();
    const traced = traceStep((x, y) => void model.trainStep(batch(x, y)), inputs);
    const middle = performance.now();
    const step = compileStep(traced, activeExecutor());
    const end = performance.now();
    return { ms: end - start, traceMs: middle - start, work: workOf(step) };
  },

  /** Where the time of a step goes, as text. */
  async profile(task) {
    const { model, x, y, batchSize } = await prepare(task);
    const profile = await model.profile(x, y, { batchSize, steps: task.steps });
    return { ms: profile.milliseconds, text: profile.toString() };
  },
});

/**
 * The operations and bytes of each instruction, and `memory`: the bytes that a step goes over again and again, which are
 * weights, the optimizer's, and what lies between instructions.
 */
function workOf(step) {
  const { instructions: planned, slots, arenaBytes } = step.plan;
  const times = { steps: 0, milliseconds: 0, nanoseconds: new Float64Array(planned.length) };
  const instructions = new Profile('work', step, times).instructions.map(({ flops, bytes }) => ({ flops, bytes }));
  const states = new Map(slots.flatMap(({ place, size }) => (place.kind === 'state' ? [[place.index, 4 * size]] : [])));
  return { instructions, memory: [...states.values()].reduce((sum, bytes) => sum + bytes, arenaBytes) };
}

/** The model and the data of a task, on its backend. */
async function prepare({ program: name, backend, isEager, hasThreads, cores, rows, data }) {
  await useBackend(cpu({ prefer: [backend], ...(hasThreads && { threads: cores }) }));
  const { build, batch, loss, fromLogits, metrics } = programs[name];
  const model = build({ sequential, layers });
  model.compile({
    optimizer: 'adam',
    loss: fromLogits ? losses[loss]({ fromLogits: true }) : loss,
    metrics,
    ...(isEager && { jitCompile: false }),
  });
  const [x, y] = [data.x, data.y].map((each) => {
    const { values, shape, dtype } = readRows(each, rows);
    return array(values, shape, dtype);
  });
  return { model, x, y, batchSize: batch };
}
