import { ADAM_KERNEL, kernelSpecs, random, scope, toTensor, useBackend } from '@capas/core';
import { kernelsMissingOn } from '@capas/core/testing';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cpu } from '../cpu.ts';
import { findLibrary } from './find-library.ts';
import { installNativeKernels, NATIVE_ENGINE } from './native-backend.ts';
import { loadLibrary } from './native-provider.ts';
import { RecentCache } from './recent-cache.ts';

const run = (inputs: object, { kernel, ...attrs }: { kernel: string } & tf.NamedAttrMap): tf.Tensor | tf.Tensor[] =>
  tf.engine().runKernel(kernel, inputs as tf.NamedTensorMap, attrs);

const use = (name: 'native' | 'wasm' | 'js') => useBackend(cpu({ prefer: [name] }));

/** Numbers that differ, of a shape. */
const numbers = (shape: number[], scale = 1): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => scale * Math.sin(i)),
    shape,
  );

describe.skipIf('reason' in findLibrary())('tensors on native', () => {
  beforeAll(async () => void (await use('js')));
  beforeEach(async () => void (await use('native')));

  it('has all kernels of Capas, and those of the JavaScript backend', () => {
    expect(tf.getBackend()).toBe(NATIVE_ENGINE);
    expect(kernelsMissingOn(NATIVE_ENGINE)).toEqual([]);
    const names = tf.getKernelsForBackend(NATIVE_ENGINE).map(({ kernelName }) => kernelName);
    const inJs = tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName);
    expect(inJs.filter((name) => !names.includes(name))).toEqual([]);
    expect(names.filter((name) => !inJs.includes(name))).toEqual([ADAM_KERNEL]);
    expect(names.length).toBeGreaterThan(kernelSpecs.length);
  });

  it('runs kernels in native code, once compiled for the shapes of their inputs', async () => {
    const kernels = await installNativeKernels(loadLibrary());
    kernels.clear();
    const x = numbers([40, 30]);
    for (let i = 0; i < 3; i++) tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D, false, true).dispose();
    expect(kernels.size).toBe(1);
    tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D, true, false).dispose();
    tf.exp(x).dispose();
    expect(kernels.size).toBe(3);
  });

  it('gives a list of one where a kernel gives a list', () => {
    const x = numbers([1, 40, 30]);
    for (const [item, ...others] of [tf.unstack(x), tf.split(x, 1)]) {
      expect(others).toEqual([]);
      expect(item!.dataSync()).toEqual(x.dataSync());
    }
  });

  it('leaves to JavaScript what is over before a call of native code would be', async () => {
    const kernels = await installNativeKernels(loadLibrary());
    kernels.clear();
    const x = numbers([40, 30]);
    const views = [x.reshape([1200]), x.clone(), x.cast('float32'), x.expandDims(0)];
    for (const view of views) expect(view.dataSync().buffer).toBe(x.dataSync().buffer);
    tf.add(numbers([8]), 1);
    for (let i = 0; i < 8; i++) expect(tf.slice(x, [5 * i, 0], [5, 30]).size).toBe(150);
    tf.fill([40, 30], 2);
    tf.complex(x, x);
    expect(kernels.size).toBe(0);
  });

  it('keeps a limited number of compiled kernels, those that were used last', async () => {
    expect((await installNativeKernels(loadLibrary())).capacity).toBe(2000);
    const cache = new RecentCache<string>(3);
    for (const key of ['a', 'b', 'c', 'a', 'd']) cache.get(key, () => `first ${key}`);
    expect(cache.size).toBe(3);
    expect(['a', 'c', 'd', 'b'].map((key) => cache.get(key, () => `new ${key}`))).toEqual([
      'first a',
      'first c',
      'first d',
      'new b',
    ]);
  });

  it('tells attributes apart that JSON does not', () => {
    const x = numbers([200]);
    const clip = (clipValueMin: number, clipValueMax: number): number =>
      (run({ x }, { kernel: 'ClipByValue', clipValueMin, clipValueMax }) as tf.Tensor).dataSync()[1]!;
    expect(clip(0.9, Number.POSITIVE_INFINITY)).toBeCloseTo(0.9);
    expect(clip(Number.NEGATIVE_INFINITY, 0.5)).toBeCloseTo(0.5);
    expect(clip(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)).toBeCloseTo(Math.sin(1));
  });

  it('names what is wrong as in JavaScript', () => {
    const table = numbers([10, 20]);
    const ids = toTensor(Int32Array.of(3, 10));
    expect(() => tf.gather(table, ids as tf.Tensor1D)).toThrow(
      'gather: `indices` must be indices from 0 to 9 of axis 0. Received: 10.',
    );
    expect(() => tf.add(numbers([150]), numbers([151]))).toThrow();
    expect(Array.from(tf.gather(table, toTensor(Int32Array.of(9)) as tf.Tensor1D).shape)).toEqual([1, 20]);
  });

  it('takes values that lie in arrays of another type', () => {
    const storage = tf.backend() as unknown as { makeTensorInfo(s: number[], d: string, v: unknown): tf.TensorInfo };
    const info = storage.makeTensorInfo([200], 'int32', new Float32Array(200).fill(3));
    const x = tf.engine().makeTensorFromTensorInfo(info);
    const y = tf.mul(x, x);
    expect([y.dtype, y.dataSync()[199]]).toEqual(['int32', 9]);
    expect(tf.zeros([0, 300]).relu().shape).toEqual([0, 300]);
    expect(Array.from(tf.sum(tf.zeros([0, 3]), 0).dataSync())).toEqual([0, 0, 0]);
  });

  it('moves tensors from and to other backends', async () => {
    const values = async (x: tf.Tensor): Promise<number[]> => Array.from(await x.data());
    await use('js');
    const x = numbers([20, 20]);
    const mask = tf.greater(x, 0);
    const expected = await values(tf.where(mask, x, tf.neg(x)));
    for (const name of ['native', 'wasm', 'native', 'js'] as const) {
      expect((await use(name)).name).toBe(name);
      const before = tf.memory().numTensors;
      const y = tf.where(mask, x, tf.neg(x));
      expect(await values(y)).toEqual(expected);
      expect(tf.memory().numTensors).toBe(before + 2);
      y.dispose();
    }
  });

  it('counts memory, and gives all of it back', () => {
    const step = (): void =>
      scope(() => {
        const [x, w] = [numbers([8, 12, 12, 4]) as tf.Tensor4D, numbers([3, 3, 4, 8]) as tf.Tensor4D];
        const loss = (filter: tf.Tensor4D): tf.Scalar =>
          tf.mean(tf.maxPool(tf.relu(tf.conv2d(x, filter, 1, 'same')), 2, 2, 'valid'));
        const { grad, value } = tf.valueAndGrad(loss as (x: tf.Tensor) => tf.Tensor)(w);
        expect(grad.shape).toEqual(w.shape);
        value.dispose();
      });
    step();
    const before = [tf.memory().numTensors, tf.memory().numBytes, tf.backend().numDataIds()];
    for (let i = 0; i < 50; i++) step();
    expect([tf.memory().numTensors, tf.memory().numBytes, tf.backend().numDataIds()]).toEqual(before);
    const x = tf.exp(numbers([10, 100]));
    expect(tf.memory().numBytes - before[1]!).toBe(2 * 4000);
    x.dispose();
  });

  it('draws the same random numbers as everywhere', async () => {
    const draw = (): number[][] =>
      (['uniform', 'normal', 'truncatedNormal'] as const).map((name) =>
        Array.from(random[name]([300], { seed: 5 }).dataSync()),
      );
    const here = draw();
    await use('js');
    expect(here).toEqual(draw());
  });

  it.each([false, true])('updates weights by Adam as its parts do (parts of a gradient: %s)', async (isSliced) => {
    const factors = { meanShare: 0.1, squareShare: 0.001, epsilon: 1e-7 };
    const step = (): number[] => {
      const [value, mean, rows] = [numbers([50, 8]), numbers([50, 8], 0.1), numbers([30, 8])];
      const ids = tf.tensor1d(
        Int32Array.from({ length: 30 }, (_, i) => (i * 7) % 11),
        'int32',
      );
      const sumOf = (x: tf.Tensor): tf.Tensor => tf.unsortedSegmentSum(x, ids, 50);
      const square = tf.square(mean);
      const gradient = isSliced ? sumOf(rows) : numbers([50, 8], 2);
      const given = { value, mean, square, gradient, alpha: tf.scalar(0.01), ...(isSliced && { ids, values: rows }) };
      if (tf.getBackend() === NATIVE_ENGINE)
        return (run(given, { kernel: ADAM_KERNEL, ...factors }) as tf.Tensor[]).flatMap((x) => [...x.dataSync()]);
      const squares = isSliced ? sumOf(tf.square(rows)) : tf.square(gradient);
      const [newMean, newSquare] = [
        tf.add(mean, tf.mul(tf.sub(gradient, mean), 0.1)),
        tf.add(square, tf.mul(tf.sub(squares, square), 0.001)),
      ];
      const move = tf.div(tf.mul(newMean, 0.01), tf.add(tf.sqrt(newSquare), 1e-7));
      return [tf.sub(value, move), newMean, newSquare].flatMap((x) => [...x.dataSync()]);
    };
    const here = step();
    await use('js');
    const there = step();
    expect(here.length).toBe(1200);
    here.forEach((x, i) => {
      expect(Math.abs(x - there[i]!)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(there[i]!)));
    });
  });
});
