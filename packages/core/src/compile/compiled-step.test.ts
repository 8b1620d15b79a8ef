import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Executor } from '../backend/executor.ts';
import { memory, scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Variable } from '../tensor/variable.ts';
import { startJsBackend } from '../testing/js-backend.ts';
import { compileStep, traceStep } from './compile-step.ts';
import type { CompiledStep } from './compiled-step.ts';
import { jsExecutor } from './js-executor.ts';

beforeAll(async () => {
  await startJsBackend();
});

/** A vector of three, all `start`. */
const vector = (start: number, name = 'v'): Variable =>
  new Variable({ name, shape: [3], initializer: (shape) => tf.fill([...shape], start) });

const values = (variable: Variable): number[] => [...variable.value.dataSync()];

/** An executor of its own, with the number of its buffers and executables that were not freed. */
function counting(): Executor & { held: number } {
  const freed = <T extends { dispose(): void }>(item: T): T => {
    executor.held++;
    const dispose = item.dispose.bind(item);
    item.dispose = () => {
      executor.held--;
      dispose();
    };
    return item;
  };
  const executor: Executor & { held: number } = {
    ...jsExecutor,
    held: 0,
    allocate: (bytes) => freed(jsExecutor.allocate(bytes)),
    compile: (plan) => freed(jsExecutor.compile(plan)),
  };
  return executor;
}

/** `v += amount · w`, where `w` is only read. */
function adding(v: Variable, w: Variable, executor: Executor = jsExecutor): CompiledStep {
  const add = (amount: Tensor): void => v.assign(tf.add(v.value, tf.mul(amount, w.value)));
  return compileStep(traceStep(add, [{ name: 'amount', shape: [], dtype: 'float32' }]), executor);
}

function bound(step: CompiledStep, amount: number): CompiledStep {
  step.bindInput('amount', step.executor.share(Float32Array.of(amount))!);
  return step;
}

describe('a compiled step', () => {
  test('changes variables, which are read as always', async () => {
    const [v, w] = [vector(1), vector(2, 'w')];
    const step = bound(adding(v, w), 10);
    step.run();
    expect(values(v)).toEqual([21, 21, 21]);
    expect(await step.runMany(3)).toBe(3);
    expect(values(v)).toEqual([81, 81, 81]);
    expect(values(w)).toEqual([2, 2, 2]);
    step.dispose();
    expect(values(v)).toEqual([81, 81, 81]);
    for (const each of [v, w]) each.dispose();
  });

  test('sees what is assigned to them', () => {
    const [v, w] = [vector(1), vector(2, 'w')];
    const step = bound(adding(v, w), 1);
    step.run();
    scope(() => w.assign(tf.fill([3], 5)));
    step.run();
    scope(() => v.assign(tf.add(v.value, 100)));
    step.run();
    expect(values(v)).toEqual([113, 113, 113]);
    step.dispose();
    for (const each of [v, w]) each.dispose();
  });

  test('shares them with other programs, also on another executor', () => {
    const [v, w] = [vector(0), vector(1, 'w')];
    const executors = [counting(), counting()];
    const steps = [executors[0]!, executors[0]!, executors[1]!].map((executor, i) =>
      bound(adding(v, w, executor), 10 ** i),
    );
    for (const i of [0, 1, 2, 2, 0]) steps[i]!.run();
    expect(values(v)).toEqual([212, 212, 212]);
    for (const step of steps) step.dispose();
    for (const each of [v, w]) each.dispose();
    expect(executors.map(({ held }) => held)).toEqual([0, 0]);
  });

  test('keeps the values that are known at its making, also those of tensors', () => {
    const before = memory();
    const executor = counting();
    const factor = tf.tensor1d([1, 2, 3]);
    const step = compileStep(
      traceStep((x) => [tf.mul(x!, factor), x!], [{ name: 'x', shape: [3], dtype: 'float32' }]),
      executor,
    );
    factor.dispose();
    const results = [new Float32Array(3), new Float32Array(3)];
    step.bindInput('x', executor.share(Float32Array.of(10, 20, 30))!);
    results.forEach((result, i) => {
      step.bindOutput(i, executor.share(result)!);
    });
    step.run();
    expect(results).toEqual([Float32Array.of(10, 40, 90), Float32Array.of(10, 20, 30)]);
    expect(step.outputTypes).toEqual([
      { shape: [3], dtype: 'float32' },
      { shape: [3], dtype: 'float32' },
    ]);
    expect(step.inputType('x')).toEqual({ shape: [3], dtype: 'float32' });
    expect(() => step.bindInput('y', executor.share(new Float32Array(1))!)).toThrow("Unknown input of the step: 'y'");
    step.dispose();
    expect(executor.held).toBe(0);
    expect(memory()).toEqual(before);
  });

  test('two variables change places', () => {
    const [v, w] = [vector(1), vector(2, 'w')];
    const step = compileStep(
      traceStep(() => {
        const old = tf.clone(v.value);
        v.assign(w.value);
        w.assign(old);
      }, []),
      jsExecutor,
    );
    step.run();
    expect([values(v), values(w)]).toEqual([
      [2, 2, 2],
      [1, 1, 1],
    ]);
    step.dispose();
    for (const each of [v, w]) each.dispose();
  });

  test('cannot be run when it, or a variable of it, was disposed of', async () => {
    const [v, w] = [vector(1), vector(2, 'w')];
    const step = bound(adding(v, w), 1);
    step.run();
    w.dispose();
    expect(() => step.run()).toThrow("Variable 'w' was disposed of, but a compiled step needs it.");
    await expect(step.runMany(2)).rejects.toThrow("Variable 'w'");
    step.dispose();
    expect(() => step.run()).toThrow('A compiled step was disposed of');
    v.dispose();
  });

  test('runs kernels that have no primitives as the backend does', () => {
    const shape = [2, 4, 4, 1];
    const x = Float32Array.from({ length: 32 }, (_, i) => Math.sin(i));
    const dilate = (image: Tensor): Tensor => {
      const filter = tf.zeros([2, 2, 1]) as tf.Tensor3D;
      return tf.dilation2d(image as tf.Tensor4D, filter, 1, 'same');
    };
    const step = compileStep(
      traceStep((image) => dilate(image!), [{ name: 'x', shape, dtype: 'float32' }]),
      jsExecutor,
    );
    expect(step.plan.program.instructions.map(({ primitive }) => primitive)).toContain('call');
    const result = new Float32Array(32);
    step.bindInput('x', jsExecutor.share(x)!);
    step.bindOutput(0, jsExecutor.share(result)!);
    step.run();
    expect(scope(() => [...dilate(tf.tensor(x, shape)).dataSync()])).toEqual([...result]);
    step.dispose();
  });

  test('a tf.Variable that it would freeze is refused', () => {
    const raw = tf.variable(tf.scalar(1));
    expect(() => traceStep((x) => tf.mul(x!, raw), [{ name: 'x', shape: [], dtype: 'float32' }])).toThrow(
      'it reads a `tf.Variable`, and a program would not see how it changes. Use Variable of @capas/core.',
    );
    raw.dispose();
  });
});
