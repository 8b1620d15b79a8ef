import { BackendError, type Executor, planProgram } from '@capas/core';
import { callOf, inputOf, numberOf, ProgramBuilder } from '@capas/core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWasmExecutor } from './wasm-executor.ts';

const SIZE = 5000;
const threadModule = process.getBuiltinModule('node:worker_threads');
const { Worker } = threadModule;

/** All threads that were started, in their order. */
const started: InstanceType<typeof Worker>[] = [];

beforeAll(() => {
  threadModule.Worker = class extends Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      started.push(this);
    }
  };
});
afterAll(() => {
  threadModule.Worker = Worker;
});

/** A program that adds 1 to all elements of a state, on all threads. */
function counter(executor: Executor) {
  const builder = new ProgramBuilder();
  const state = builder.state('weights', 'weight', { shape: [SIZE], dtype: 'float32' });
  builder.update(state, builder.map(callOf('add', inputOf(0), numberOf(1)), state));
  const executable = executor.compile(planProgram(builder.build([]), { serialBelow: 0 }));
  const buffer = executor.allocate(4 * SIZE);
  buffer.write(new Float32Array(SIZE));
  executable.plan.slots.forEach(({ place }, slot) => {
    if (place.kind === 'state') executable.bind(slot, buffer);
  });
  const values = () => {
    const into = new Float32Array(SIZE);
    buffer.read(into);
    return new Set(into);
  };
  return { executable, values };
}

const start = async (threads: number): Promise<Executor> => {
  started.length = 0;
  const executor = (await startWasmExecutor({ threads }))!;
  expect(started).toHaveLength(threads - 1);
  return executor;
};

const LOST = 'wasm executor: a thread ended in the middle of a run.';

describe.each([2, 3])('of %i threads one ends', (threads) => {
  test('between two runs: nothing was changed, and new ones take over', async () => {
    const { executable, values } = counter(await start(threads));
    expect(await executable.runMany(7)).toBe(7);
    await started.at(-1)!.terminate();
    await expect(executable.runMany(5)).rejects.toThrow(BackendError);
    expect(values()).toEqual(new Set([7]));
    expect(await executable.runMany(5)).toBe(5);
    expect(started).toHaveLength(2 * (threads - 1));
    expect(values()).toEqual(new Set([12]));
  });

  test('before a run that waits for nobody: the one after is done by this thread', async () => {
    const { executable, values } = counter(await start(threads));
    await started[0]!.terminate();
    expect(() => executable.run(0)).toThrow(LOST);
    executable.run(0);
    expect(values()).toEqual(new Set([1]));
    expect(started).toHaveLength(threads - 1);
    expect(await executable.runMany(2)).toBe(2);
    expect(started).toHaveLength(2 * (threads - 1));
    expect(values()).toEqual(new Set([3]));
  });

  test('in the middle of a run: at most one step is lost', async () => {
    const { executable, values } = counter(await start(threads));
    // a turn of the event loop, in which the thread is told to end; it does so when it comes to it
    setTimeout(() => started[0]!.terminate(), 30);
    await expect(executable.runMany(1e9)).rejects.toThrow(LOST);
    const [least, ...more] = [...values()].sort((a, b) => a - b);
    expect(more.every((value) => value === least! + 1)).toBe(true);
    executable.run(0);
    expect(Math.min(...values())).toBe(least! + 1);
    expect(await executable.runMany(3)).toBe(3);
    expect(Math.min(...values())).toBe(least! + 4);
  });

  test('by a trap in an instruction: what comes after is not done', async () => {
    const executor = await start(threads);
    const builder = new ProgramBuilder();
    const x = builder.input('x', { shape: [threads, 1000], dtype: 'float32' });
    const state = builder.state('total', 'weight', { shape: [threads], dtype: 'float32' });
    builder.update(state, builder.map('add', state, builder.reduce('sum', x, [1])));
    const plan = planProgram(builder.build([]), { serialBelow: 0 });
    const executable = executor.compile(plan);
    const [input, total] = [executor.allocate(4000 * threads), executor.allocate(4 * threads)];
    input.write(new Float32Array(1000 * threads).fill(1));
    plan.slots.forEach(({ place }, slot) => {
      if (place.kind === 'input') executable.bind(slot, input);
      if (place.kind === 'state') executable.bind(slot, total);
    });
    executable.run(0);
    // the rows of the others lie beyond the memory
    const words = plan.words.slice();
    const stride = words.indexOf(1000, words.indexOf(1000) + 1);
    expect(stride).toBeGreaterThan(0);
    words[stride] = 2 ** 28;
    const broken = executor.compile({ ...plan, words });
    plan.slots.forEach(({ place }, slot) => {
      if (place.kind === 'input') broken.bind(slot, input);
      if (place.kind === 'state') broken.bind(slot, total);
    });
    await expect(broken.runMany(1)).rejects.toThrow(LOST);
    const sums = () => {
      const into = new Float32Array(threads);
      total.read(into);
      return [...into];
    };
    expect(sums()).toEqual(new Array(threads).fill(1000));
    expect(await executable.runMany(2)).toBe(2);
    expect(sums()).toEqual(new Array(threads).fill(3000));
  });
});
