import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { gradients, valueAndGradients } from '../autodiff.ts';
import { registerKernelOnce } from '../backend/tfjs-bridge.ts';
import { squareByParts } from '../gradient-slices.ts';
import { kernelSpecs } from '../kernels/index.ts';
import * as ops from '../ops/index.ts';
import * as random from '../random/random-ops.ts';
import { SeedGenerator } from '../random/seed-generator.ts';
import { dispose, scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Variable } from '../tensor/variable.ts';
import { leavesEngine } from '../testing/engine-state.ts';
import { type KernelCase, kernelCases } from '../testing/gradient-cases.ts';
import { startJsBackend } from '../testing/js-backend.ts';
import { registerReferenceKernels } from '../testing/reference-kernels.ts';
import { replay } from '../testing/replay.ts';
import { withOrigin } from './origin.ts';
import { type TraceInput, trace } from './trace.ts';

beforeAll(async () => {
  await startJsBackend();
  registerReferenceKernels(registerKernelOnce);
});

/** An input named `x`. */
const x = (...shape: number[]): TraceInput => ({ name: 'x', shape, dtype: 'float32' });

const variable = (name: string, value: number[]): Variable =>
  new Variable({ name, shape: [value.length], initializer: () => tf.tensor1d(value) });

const valuesOf = (tensors: readonly Tensor[]): number[][] => tensors.map((tensor) => [...tensor.dataSync()]);

/** The kernels of which only the values tell the shape of the result, and the one that tfjs gives a random attribute. */
const NOT_TRACEABLE = ['Multinomial', ...kernelSpecs.filter(({ infer }) => !infer).map(({ name }) => name)];

test('kernels are written down with their inputs, attributes, shapes and places', () => {
  const { inputs, constants, calls, outputs, types, state, captured } = leavesEngine(() =>
    trace((at) => withOrigin('net/dense', () => tf.sum(tf.concat([at, tf.mul(at, 2)], 1), 1, true)), [x(2, 3)]),
  );
  expect(inputs).toEqual([{ name: 'x', id: 0 }]);
  expect(constants).toEqual([{ id: 1, data: Float32Array.of(2), op: 'mul', origin: 'net/dense' }]);
  const place = { origin: 'net/dense' };
  expect(calls).toEqual([
    { kernel: 'Multiply', inputs: { a: 0, b: 1 }, attrs: {}, outputs: [2], op: 'mul', ...place },
    { kernel: 'Concat', inputs: [0, 2], attrs: { axis: 1 }, outputs: [3], op: 'concat', ...place },
    { kernel: 'Sum', inputs: { x: 3 }, attrs: { axis: 1, keepDims: true }, outputs: [4], op: 'sum', ...place },
  ]);
  expect(outputs).toEqual([4]);
  expect(types.map(({ shape, dtype }) => [shape, dtype])).toEqual([
    [[2, 3], 'float32'],
    [[], 'float32'],
    [[2, 3], 'float32'],
    [[2, 6], 'float32'],
    [[2, 1], 'float32'],
  ]);
  expect([state, captured]).toEqual([[], []]);
});

test('a gradient comes from where what it is the gradient of comes from', () => {
  const { calls } = leavesEngine(() =>
    trace(
      (at) => gradients((y) => withOrigin('net/b', () => tf.square(withOrigin('net/a', () => tf.exp(y)))), [at]),
      [x(2)],
    ),
  );
  const places = new Set(calls.map(({ origin }) => origin));
  expect([...places]).toEqual(['net/a', 'net/b', 'gradient of net/b', 'gradient of net/a']);
  expect(calls.find(({ kernel }) => kernel === 'Exp')).toMatchObject({ origin: 'net/a' });
});

test('outputs stand in order, as often as they are returned', () => {
  const { outputs } = trace((at) => ({ a: at, rest: [tf.neg(at), at, null] }), [x(2)]);
  expect(outputs).toEqual([0, 1, 0]);
});

describe('state', () => {
  test('is what is read or assigned; values and references stay as they are', () => {
    const all = ['read', 'written', 'blind', 'unused'].map((name) => variable(name, [1, 2]));
    const [read, written, blind] = all;
    const ids = all.map(({ value }) => value.dataId);
    const { state } = leavesEngine(() =>
      trace(
        (at) => {
          written!.assign(tf.add(written!.value, tf.mul(at, read!.value)));
          written!.assign(tf.neg(written!.value));
          blind!.assign(at);
        },
        [x(2)],
      ),
    );
    expect(state.map(({ variable: { name } }) => name)).toEqual(['written', 'read', 'blind']);
    expect(state.map(({ input, output }) => input === output)).toEqual([false, true, false]);
    expect(state[2]!.output).toBe(0);
    expect(all.map(({ value }) => value.dataId)).toEqual(ids);
    expect(valuesOf(all.map(({ value }) => value))).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    for (const one of all) one.dispose();
  });

  test('a first value is made outside the trace, once, even inside a gradient', () => {
    let made = 0;
    using lazy = new Variable({
      name: 'lazy',
      shape: [2],
      initializer: () => {
        made++;
        return gradients((at) => tf.square(at), [tf.tensor1d([1, 2])])[0]!;
      },
    });
    const before = tf.memory();
    const { state } = trace((at) => valueAndGradients(() => tf.sum(tf.mul(at, lazy.value)), [lazy]).value, [x(2)]);
    expect([made, state.length, lazy.isInitialized]).toEqual([1, 1, true]);
    expect(tf.memory()).toMatchObject({ numTensors: before.numTensors + 1, numBytes: before.numBytes + 8 });
    expect(valuesOf([lazy.value])).toEqual([[2, 4]]);
  });

  test('a variable that is assigned before it had a value has its first one before the step', () => {
    using lazy = new Variable({ name: 'lazy', shape: [1], initializer: () => tf.tensor1d([7]) });
    expect(trace((at) => lazy.assign(at), [x(1)]).state).toMatchObject([{ name: 'lazy', output: 0 }]);
    expect(valuesOf([lazy.value])).toEqual([[7]]);
  });

  test('slots may be made in the first call, from the values that variables had before it', () => {
    using weight = variable('weight', [3, 4]);
    let slot: Variable | undefined;
    const step = (at: Tensor): void => {
      weight.assign(tf.add(weight.value, at));
      slot ??= new Variable({ name: 'slot', shape: [2], initializer: () => tf.mul(weight.value, 10) });
      slot.assign(tf.add(slot.value, 1));
    };
    expect(trace(step, [x(2)]).state.map(({ name }) => name)).toEqual(['weight', 'slot']);
    expect(valuesOf([slot!.value, weight.value])).toEqual([
      [30, 40],
      [3, 4],
    ]);
    slot!.dispose();
  });

  test('a value that was taken before the trace is that of its variable', () => {
    using weight = variable('weight', [3, 4]);
    const held = weight.value as tf.Variable;
    const { state, captured } = leavesEngine(() =>
      trace(
        (at) => {
          const sum = tf.add(held, at);
          held.assign(sum);
          return sum;
        },
        [x(2)],
      ),
    );
    expect(captured).toEqual([]);
    expect(state).toMatchObject([{ input: 1, output: 2 }]);
  });

  test('a random generator advances inside the trace', () => {
    using seeds = new SeedGenerator(5);
    const { calls, state } = trace(() => random.uniform([3], { seed: seeds }), []);
    expect(state).toMatchObject([{ kind: 'rng' }]);
    expect(calls.find(({ kernel }) => kernel === 'CapasRandom')).toMatchObject({
      inputs: { state: expect.any(Number) },
    });
    expect(valuesOf([seeds.state.value])).toEqual([[5, 0]]);
  });
});

describe('tensors from before the trace', () => {
  test('are captured, one for each shape in which they are seen', () => {
    const [a] = [tf.tensor1d([1, 2])];
    const column = tf.reshape(a, [2, 1]);
    const { captured, calls } = leavesEngine(() =>
      trace((at) => tf.add(tf.add(tf.add(at, a), tf.neg(a)), column), [x(2)]),
    );
    expect(captured).toEqual([
      { id: 1, tensor: a },
      { id: 5, tensor: column },
    ]);
    expect(calls.map(({ inputs }) => inputs)).toEqual([{ a: 0, b: 1 }, { x: 1 }, { a: 2, b: 3 }, { a: 4, b: 5 }]);
    dispose([a, column]);
  });

  test('stay alive when the function disposes of them', () => {
    const a = tf.tensor1d([1, 2]);
    leavesEngine(() =>
      trace(
        (at) => {
          const sum = tf.add(at, a);
          a.dispose();
          return sum;
        },
        [x(2)],
      ),
    );
    expect(a.isDisposed).toBe(false);
    expect(valuesOf([a])).toEqual([[1, 2]]);
    a.dispose();
  });

  test('are freed when the function disposes of them and the program does not need them', () => {
    const before = tf.memory();
    const a = tf.tensor1d([1, 2]);
    trace(
      (at) => {
        a.dispose();
        return at;
      },
      [x(2)],
    );
    expect(a.isDisposed).toBe(true);
    expect(tf.memory()).toEqual(before);
  });

  test('may become the values of variables', () => {
    using weight = variable('weight', [0, 0]);
    const a = tf.tensor1d([1, 2]);
    const traced = trace(() => weight.assign(a), []);
    expect(traced.state[0]!.output).toBe(traced.captured[0]!.id);
    replay(traced, []);
    a.dispose();
    expect(valuesOf([weight.value])).toEqual([[1, 2]]);
  });
});

test('tensors of a trace that leaked say so at first use, and may be disposed of', () => {
  const kept: Tensor[] = [];
  const leak = (at: Tensor): Tensor => {
    kept.push(tf.keep(tf.neg(at)));
    return at;
  };
  leavesEngine(() => trace(leak, [x(2)], { checkTwice: false }));
  const message = /a tensor that an earlier trace left behind/;
  expect(() => kept[0]!.dataSync()).toThrow(message);
  expect(() => tf.add(kept[0]!, 1)).toThrow(message);
  expect(() => trace(() => tf.neg(kept[0]!), [])).toThrow(message);
  leavesEngine(() => dispose(kept));
});

test('a trace may be taken inside a gradient and inside a scope', () => {
  const [dx] = gradients(
    (at) => {
      leavesEngine(() => trace((inner) => tf.exp(inner), [x(2)]));
      return tf.square(at);
    },
    [tf.tensor1d([3])],
  );
  expect(valuesOf([dx!])).toEqual([[6]]);
  scope(() => leavesEngine(() => trace((at) => tf.exp(at), [x(2)])));
});

test('squares of gradients by parts are traced as they are computed', () => {
  const values = tf.tensor2d([[1], [2]]);
  using table = new Variable({ name: 'table', shape: [2, 1], initializer: () => tf.clone(values) });
  const ids = tf.tensor1d([0, 0, 1], 'int32');
  void table.value;
  const step = (): Tensor => {
    const { gradients: found } = valueAndGradients(() => tf.sum(ops.take(table, ids, { axis: 0 })), [table]);
    return squareByParts(found[0]!);
  };
  const traced = leavesEngine(() => trace(step, []));
  expect(valuesOf([scope(step), ...replay(traced, [])])).toEqual([
    [2, 1],
    [2, 1],
  ]);
});

describe('every kernel, and its gradients', () => {
  /** What a case computes: its outputs and, to its order, gradients of the first one. */
  const programOf =
    ({ run, order }: KernelCase) =>
    (...xs: Tensor[]): Tensor[] => {
      const first = (...at: Tensor[]): Tensor => [run(...at)].flat()[0]!;
      const outputs = [run(...xs)].flat();
      return order === 0 ? outputs : [...outputs, ...gradients(first, xs).flatMap((gradient) => gradient ?? [])];
    };

  const traceable = kernelCases.filter(({ kernel }) => !NOT_TRACEABLE.includes(kernel));

  test.each(traceable.map((c) => [c.kernel, c.name, c] as const))(
    '%s %s: a replay gives the same bits',
    (kernel, _, c) => {
      const inputs = c.inputs.map(({ shape, values }) => tf.tensor(values, [...shape]));
      const specs = inputs.map(({ shape, dtype }, i) => ({ name: `x${i}`, shape, dtype }));
      const traced = leavesEngine(() => trace(programOf(c), specs));
      expect(traced.calls.map((call) => call.kernel)).toContain(kernel);
      const eager = scope(() => programOf(c)(...inputs));
      const again = replay(traced, inputs);
      expect(again.map(({ shape, dtype }) => [shape, dtype])).toEqual(eager.map(({ shape, dtype }) => [shape, dtype]));
      expect(valuesOf(again)).toEqual(valuesOf(eager));
      dispose([inputs, eager, again]);
    },
  );
});
