import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { registerKernelOnce } from '../backend/tfjs-bridge.ts';
import { type KernelCase, kernelCases } from '../testing/gradient-cases.ts';
import { gradientDifferences, weightedGradient } from '../testing/gradient-checker.ts';
import { startJsBackend } from '../testing/js-backend.ts';
import { registerReferenceKernels } from '../testing/reference-kernels.ts';

beforeAll(async () => {
  await startJsBackend();
  registerReferenceKernels(registerKernelOnce);
});

const label = ({ kernel, name }: KernelCase): string => `${kernel}${name && `: ${name}`}`;
const differentiable = kernelCases.filter(({ order }) => order > 0).map((c) => [label(c), c] as const);
const twice = kernelCases.filter(({ order }) => order > 1).map((c) => [label(c), c] as const);
const asOne = (result: tf.Tensor | tf.Tensor[]): tf.Tensor => (Array.isArray(result) ? result[0]! : result);

test.each(differentiable)('gradient of %s', (_, { inputs, run }) => {
  const { numTensors } = tf.memory();
  expect(gradientDifferences({ inputs, run: (...xs) => asOne(run(...xs)) })).toEqual([]);
  expect(tf.memory().numTensors).toBe(numTensors);
});

test.each(twice)('second derivative of %s', (_, { inputs, run }) => {
  const { numTensors } = tf.memory();
  const twiceRun = weightedGradient((...xs) => asOne(run(...xs)));
  expect(gradientDifferences({ inputs, run: twiceRun }, 5e-3)).toEqual([]);
  expect(tf.memory().numTensors).toBe(numTensors);
});
