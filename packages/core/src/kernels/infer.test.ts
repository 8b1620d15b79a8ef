import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { gradients } from '../autodiff.ts';
import { registerKernelOnce } from '../backend/tfjs-bridge.ts';
import { random } from '../index.ts';
import { scope } from '../tensor/scope.ts';
import { type KernelCase, kernelCases } from '../testing/gradient-cases.ts';
import { startJsBackend } from '../testing/js-backend.ts';
import { type KernelCall, kernelCalls } from '../testing/kernel-calls.ts';
import { registerReferenceKernels } from '../testing/reference-kernels.ts';
import { kernelSpecs } from './index.ts';
import { unsupportedKernels } from './unsupported.ts';

const specs = new Map(kernelSpecs.map((spec) => [spec.name, spec]));

beforeAll(async () => {
  await startJsBackend();
  registerReferenceKernels(registerKernelOnce);
});

/** What runs in a case: its own kernels, and those of its gradient. */
function callsOf({ inputs, run, order }: KernelCase): { forward: KernelCall[]; backward: KernelCall[] } {
  const asOne = (result: tf.Tensor | tf.Tensor[]): tf.Tensor => (Array.isArray(result) ? result[0]! : result);
  return scope(() => {
    const xs = inputs.map(({ shape, values }) => tf.tensor(values, [...shape]));
    const forward = kernelCalls(() => run(...xs));
    const backward = order === 0 ? [] : kernelCalls(() => gradients((...at) => asOne(run(...at)), xs));
    return { forward, backward: backward.slice(forward.length) };
  });
}

test.each(kernelCases.map((c) => [c.kernel, c.name, c] as const))('shapes and dtypes: %s %s', (kernel, _, c) => {
  const { forward, backward } = callsOf(c);
  expect(forward.map((call) => call.kernel)).toContain(kernel);
  for (const { kernel: name, inputs, attrs, outputs } of [...forward, ...backward]) {
    const { infer } = specs.get(name)!;
    if (infer) expect({ name, outputs: [infer(inputs, attrs)].flat() }).toEqual({ name, outputs });
  }
});

test('the shape rule of random numbers', () => {
  const calls = kernelCalls(() => scope(() => void random.uniform([2, 3], { seed: 1 })));
  const call = calls.find(({ kernel }) => kernel === 'CapasRandom')!;
  expect([specs.get('CapasRandom')!.infer!(call.inputs, call.attrs)]).toEqual(call.outputs);
});

test('every shape rule and every gradient rule is tried by a case', () => {
  const ran = new Set<string>(['CapasRandom']);
  const differentiated = new Set<string>();
  for (const c of kernelCases) {
    const { forward, backward } = callsOf(c);
    for (const { kernel } of [...forward, ...backward]) ran.add(kernel);
    if (c.order > 0) for (const { kernel } of forward) differentiated.add(kernel);
    if (c.order > 1) for (const { kernel } of backward) differentiated.add(kernel);
  }
  const untried = kernelSpecs.filter(
    ({ name, infer, gradient }) => (infer && !ran.has(name)) || (gradient && !differentiated.has(name)),
  );
  expect(untried.map(({ name }) => name)).toEqual([]);
});

test('every kernel that tfjs-core names is listed, or unsupported for a reason', () => {
  const isKernelName = ([key, value]: [string, unknown]): boolean => typeof value === 'string' && key === value;
  const names = Object.entries(tf)
    .filter(isKernelName)
    .map(([name]) => name);
  expect(names.length).toBe(180);
  expect(names.filter((name) => !specs.has(name) && !unsupportedKernels[name])).toEqual([]);
  expect(Object.keys(unsupportedKernels).filter((name) => specs.has(name) || !names.includes(name))).toEqual([]);
});

test('every kernel of the js backend is listed, or unsupported for a reason', () => {
  const names = tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName);
  expect(names.filter((name) => !specs.has(name) && !unsupportedKernels[name])).toEqual([]);
});

test('names are unique', () => {
  expect(specs.size).toBe(kernelSpecs.length);
});
