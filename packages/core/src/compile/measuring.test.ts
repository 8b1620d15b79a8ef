import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { Variable } from '../tensor/variable.ts';
import { startJsBackend } from '../testing/js-backend.ts';
import { compileStep, traceStep } from './compile-step.ts';
import { jsExecutor } from './js-executor.ts';

beforeAll(async () => {
  await startJsBackend();
});

const counter = (): Variable =>
  new Variable({ name: 'counter', shape: [3], initializer: () => tf.tensor1d([1, 2, Number.NaN]) });

const values = (variable: Variable): number[] => [...variable.value.dataSync()];

test('only the runs between start and stop are measured', async () => {
  const variable = counter();
  const traced = traceStep(() => variable.assign(tf.exp(tf.neg(variable.value))), []);
  const step = compileStep(traced, jsExecutor);
  await step.runMany(5);
  step.startMeasuring();
  expect(await step.runMany(4)).toBe(4);
  step.run();
  const { steps, milliseconds, nanoseconds } = step.stopMeasuring();
  await step.runMany(5);
  expect(steps).toBe(5);
  expect(nanoseconds).toHaveLength(step.plan.program.instructions.length);
  const sum = nanoseconds.reduce((total, time) => total + time, 0);
  expect(sum).toBeGreaterThan(0);
  expect(sum / 1e6).toBeLessThanOrEqual(milliseconds);

  step.startMeasuring();
  expect(step.stopMeasuring()).toEqual({
    steps: 0,
    milliseconds: 0,
    nanoseconds: new Float64Array(nanoseconds.length),
  });
  step.dispose();
});

test('measuring out of turn is refused', async () => {
  const variable = counter();
  const step = compileStep(
    traceStep(() => variable.assign(tf.neg(variable.value)), []),
    jsExecutor,
  );
  expect(() => step.stopMeasuring()).toThrow('call `startMeasuring()` before it runs');
  const running = step.runMany(2);
  expect(() => step.startMeasuring()).toThrow('it is running');
  await running;
  step.dispose();
  expect(step.isDisposed).toBe(true);
  expect(() => step.startMeasuring()).toThrow('it was disposed of');
});

test('on a copy, variables stay as they are, also those of other steps', async () => {
  const variable = counter();
  const traced = traceStep(() => variable.assign(tf.add(variable.value, 1)), []);
  const own = compileStep(traced, jsExecutor);
  await own.runMany(2);
  const copied = compileStep(traced, jsExecutor, { onCopy: true });
  await copied.runMany(3);
  copied.dispose();
  expect(values(variable)).toEqual([3, 4, Number.NaN]);
  await own.runMany(1);
  expect(values(variable)).toEqual([4, 5, Number.NaN]);
  own.dispose();
});
