import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { startJsBackend } from '../testing/js-backend.ts';

/** What tfjs-core's own class has, before we add anything. */
const ownMethods = Object.getOwnPropertyNames(tf.Tensor.prototype);

beforeAll(async () => {
  await startJsBackend();
});

test('tensors have exactly the methods that tfjs-core declares and, in Node, leaves out', () => {
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-core');
  const folder = join(dirname(entry), 'public', 'chained_ops');
  const declared = readdirSync(folder)
    .filter((file) => file.endsWith('.d.ts'))
    .flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/^ {8}(\w+)[<(]/gm)].map(([, name]) => name!),
    );
  expect(declared.length).toBeGreaterThan(120);
  expect(declared.filter((name) => !(name in tf.Tensor.prototype))).toEqual([]);
  const added = Object.keys(tf.Tensor.prototype).filter((name) => !ownMethods.includes(name));
  expect(added.filter((name) => !declared.includes(name))).toEqual([]);
});

const x = (): tf.Tensor =>
  tf.tensor2d([
    [1, -2],
    [3, 4],
  ]);

test('a chain of methods', () => {
  const y = x().add(1).mul([2, 3]).relu().sum(1);
  expect(y.arraySync()).toEqual([4, 23]);
});

test('shape methods', () => {
  expect(x().flatten().shape).toEqual([4]);
  expect(x().as1D().shape).toEqual([4]);
  expect(x().as2D(4, 1).shape).toEqual([4, 1]);
  expect(x().as3D(2, 1, 2).shape).toEqual([2, 1, 2]);
  expect(x().as4D(1, 2, 2, 1).shape).toEqual([1, 2, 2, 1]);
  expect(x().as5D(1, 2, 1, 2, 1).shape).toEqual([1, 2, 1, 2, 1]);
  expect(x().slice([0, 0], [1, 1]).asScalar().shape).toEqual([]);
  expect(x().reshapeAs(tf.ones([4, 1])).shape).toEqual([4, 1]);
  expect(() => x().asScalar()).toThrow();
});

test('dtype methods', () => {
  expect([x().toBool(), x().toInt(), x().toInt().toFloat(), x().asType('int32')].map(({ dtype }) => dtype)).toEqual([
    'bool',
    'int32',
    'float32',
    'int32',
  ]);
});

test('methods of several tensors take one or a list', () => {
  expect(x().concat(x(), 1).shape).toEqual([2, 4]);
  expect(x().concat([x(), x()]).shape).toEqual([6, 2]);
  expect(x().stack(x()).shape).toEqual([2, 2, 2]);
  expect(x().stack([x(), x()], 1).shape).toEqual([2, 3, 2]);
  expect(x().where(x().greater(0), 0).arraySync()).toEqual([
    [1, 0],
    [3, 4],
  ]);
});

test('resizing images', () => {
  const image = x().as3D(2, 2, 1);
  expect(image.resizeBilinear([4, 4]).shape).toEqual([4, 4, 1]);
  expect(image.resizeNearestNeighbor([1, 1]).arraySync()).toEqual([[[1]]]);
});

test('a tensor that was disposed of refuses its methods', () => {
  const y = x();
  y.dispose();
  expect(() => y.add(1)).toThrow('disposed');
});

test('`using` frees a tensor at the end of its block', () => {
  const { numTensors } = tf.memory();
  {
    using y = x();
    expect(y.isDisposed).toBe(false);
  }
  expect(tf.memory().numTensors).toBe(numTensors);
});
