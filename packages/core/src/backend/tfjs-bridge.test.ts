import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { gradients } from '../autodiff.ts';
import type { KernelSpec } from '../kernels/spec.ts';
import { scope } from '../tensor/scope.ts';
import { startJsBackend } from '../testing/js-backend.ts';
import {
  backendOf,
  freshFace,
  gradientConfig,
  handBackToScope,
  reviveTensor,
  runningOps,
  swapEngineFace,
  tensorsIn,
} from './tfjs-bridge.ts';

beforeAll(async () => {
  await startJsBackend();
});

test('this is the tfjs-core whose private fields the bridge uses', () => {
  expect(tf.version_core).toBe('4.22.0');
  const engine = tf.engine() as unknown as Record<string, unknown>;
  for (const method of ['track', 'addTapeNode', 'saveTensorsForBackwardMode']) {
    expect(Object.getPrototypeOf(engine)).toHaveProperty(method, expect.any(Function));
  }
  expect(engine.state).toMatchObject({ kernelDepth: 0, gradientDepth: 0 });
  expect(engine).toHaveProperty('findBackend', expect.any(Function));
  expect(tf.ones([1])).toHaveProperty('kept', false);
  const tapeDuring: unknown[] = [];
  gradients(
    (x) => {
      const y = tf.exp(x);
      tapeDuring.push(...(engine.state as { activeTape: unknown[] }).activeTape);
      return y;
    },
    [tf.scalar(1)],
  );
  expect(tapeDuring).toContainEqual(expect.objectContaining({ kernelName: 'Exp', saved: [expect.any(tf.Tensor)] }));
  expect(engine.state).toHaveProperty('activeTape', null);
});

test('these are the private fields of which a trace gives the engine a face', () => {
  const engine = tf.engine() as unknown as Record<string, unknown>;
  const methods = ['disposeTensor', 'disposeVariable', 'makeVariable', 'setBackend', 'removeBackend', 'reset'];
  for (const method of [...methods, 'profile', 'time']) {
    expect(Object.getPrototypeOf(engine)).toHaveProperty(method, expect.any(Function));
  }
  const backend = tf.backend();
  expect(engine).toMatchObject({ backendName: 'cpu', backendInstance: backend });
  expect(engine.profiler).toHaveProperty('profileKernel', expect.any(Function));
  expect(Object.keys(engine.state as object)).toEqual(
    expect.arrayContaining([
      'numTensors',
      'numBytes',
      'numStringTensors',
      'numDataBuffers',
      'numDataMovesStack',
      'gradientDepth',
      'kernelDepth',
      'activeTape',
      'scopeStack',
      'profiling',
      'tensorInfo',
    ]),
  );
  const x = tf.ones([1]);
  expect(backendOf(x)).toBe(backend);
  expect(x).toHaveProperty('isDisposedInternal', false);
  x.dispose();
  expect([backendOf(x), x.isDisposed]).toEqual([undefined, true]);
  reviveTensor(x);
  expect(x.isDisposed).toBe(false);
});

test('a face of the engine hides the other one, which comes back', () => {
  const engine = tf.engine() as unknown as Record<string, unknown>;
  const own = (): void => {};
  engine.time = own;
  const seen: unknown[] = [];
  const methods = { disposeTensor: () => {} };
  const hidden = swapEngineFace(
    freshFace(
      'other',
      tf.backend(),
      () => {
        throw new Error('timed');
      },
      methods,
    ),
  );
  seen.push(tf.getBackend(), engine.disposeTensor, Object.hasOwn(engine, 'time'), tf.memory().numTensors);
  swapEngineFace(hidden);
  expect(seen).toEqual(['other', methods.disposeTensor, false, 0]);
  expect([tf.getBackend(), Object.hasOwn(engine, 'disposeTensor'), engine.time]).toEqual(['cpu', false, own]);
  delete engine.time;
});

test('the ops that are running are known by name', () => {
  const running = tf.tidy('layer', () => {
    const names: string[][] = [];
    tf.op({
      outer_: () => {
        names.push(runningOps());
        return tf.scalar(1);
      },
    })();
    return names;
  });
  expect([running, runningOps()]).toEqual([[['outer']], []]);
});

test('the kernels that gradients save are looked up as the tape does it', () => {
  // the engine saves through exactly these two fields of a gradient's registration
  const config = tf.getGradient('Max')!;
  expect(config.inputsToSave).toEqual(['x']);
  expect(config.outputsToSave).toEqual([true]);
});

/** Calls the registered form of a gradient rule as the tape calls it. */
function runRule(
  spec: KernelSpec,
  dy: tf.Tensor | tf.Tensor[],
  saved: tf.Tensor[],
  attrs = {},
): ReturnType<tf.GradConfig['gradFunc']> {
  return gradientConfig(spec).gradFunc(dy, saved, attrs);
}

test('a rule gets its inputs by name, and the outputs it saves', () => {
  const spec: KernelSpec = {
    name: 'Test',
    inputs: ['a', 'b'],
    kind: 'opaque',
    gradient: {
      saves: { inputs: ['b'], outputs: [1] },
      run: ({ dy, inputs, outputs }) => ({ a: () => tf.addN([dy, inputs.b!, outputs[0]!]) }),
    },
  };
  const config = gradientConfig(spec);
  expect(config.inputsToSave).toEqual(['b']);
  expect(config.outputsToSave).toEqual([false, true]);
  const result = runRule(spec, tf.scalar(1), [tf.scalar(10), tf.scalar(100)]) as Record<string, () => tf.Tensor>;
  expect(result.a!().dataSync()[0]).toBe(111);
});

test('a rule with an optional input knows whether it was there', () => {
  const spec: KernelSpec = {
    name: 'Test',
    inputs: ['x', 'scale?'],
    kind: 'opaque',
    gradient: {
      saves: { inputs: ['x', 'scale'], outputs: [0] },
      run: ({ inputs, outputs }) => ({ x: () => tf.mul(outputs[0]!, inputs.scale ?? 7) }),
    },
  };
  const [x, scale, y] = [tf.scalar(1), tf.scalar(2), tf.scalar(3)];
  const value = (saved: tf.Tensor[]): number =>
    (runRule(spec, x, saved) as Record<string, () => tf.Tensor>).x!().dataSync()[0]!;
  expect(value([x, scale, y])).toBe(6);
  expect(value([x, y])).toBe(21);
});

test('a list kernel: every input is saved and gets a gradient of its own', () => {
  const [a, b] = [
    tf.tensor2d([[1], [2]]),
    tf.tensor2d([
      [3, 4],
      [5, 6],
    ]),
  ];
  const [da, db] = gradients((...xs) => tf.square(tf.concat(xs, 1)), [a, b]);
  expect(da!.arraySync()).toEqual([[2], [4]]);
  expect(db!.arraySync()).toEqual([
    [6, 8],
    [10, 12],
  ]);
});

test('a kernel with several results: those that were not used have a gradient of zeros', () => {
  const x = tf.tensor1d([1, 2, 3]);
  const [dx] = gradients((at) => tf.square(tf.split(at, [1, 2])[1]!), [x]);
  expect(dx!.arraySync()).toEqual([0, 4, 6]);
});

test('a comparison of the input ends the gradient instead of failing', () => {
  const x = tf.tensor1d([-1, 2]);
  const [dx] = gradients((at) => tf.where(tf.greater(at, 0), tf.mul(at, 3), at), [x]);
  expect(dx!.arraySync()).toEqual([1, 3]);
  expect(gradients((at) => tf.cast(tf.greater(at, 0), 'float32'), [x])).toEqual([undefined]);
});

test('the second derivative goes through results that were saved', () => {
  const x = tf.scalar(0.5);
  const first = (at: tf.Tensor): tf.Tensor => gradients((inner) => tf.exp(inner), [at])[0]!;
  expect(gradients(first, [x])[0]!.dataSync()[0]).toBeCloseTo(Math.exp(0.5), 5);
});

test('absent optional inputs do not break the tape, and nothing leaks', () => {
  const x = tf.tensor2d([[1, 2]]);
  const [mean, variance] = [tf.tensor1d([0, 0]), tf.tensor1d([1, 4])];
  const { numTensors } = tf.memory();
  scope(() => {
    const [dx] = gradients((at) => tf.batchNorm(at, mean, variance, undefined, undefined, 0), [x]);
    expect(dx!.arraySync()).toEqual([[1, 0.5]]);
  });
  scope(() => gradients((at) => tf.argMax(tf.relu(tf.cast(at, 'int32')), 1), [x]));
  expect(tf.memory().numTensors).toBe(numTensors);
});

test('kept tensors that are handed back belong to the open scope', () => {
  const { numTensors } = tf.memory();
  scope(() => {
    const kept = scope(() => tf.keep(tf.ones([2])));
    handBackToScope([kept]);
    expect(tf.memory().numTensors).toBe(numTensors + 1);
  });
  expect(tf.memory().numTensors).toBe(numTensors);
});

test('tensors are found in lists and records, once each', () => {
  const [a, b] = [tf.scalar(1), tf.scalar(2)];
  expect(tensorsIn({ one: a, more: [b, a] })).toEqual([a, b]);
});
