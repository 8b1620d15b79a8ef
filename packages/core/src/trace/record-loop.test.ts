import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { gradients } from '../autodiff.ts';
import * as ops from '../ops/index.ts';
import { memory, scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { startJsBackend } from '../testing/js-backend.ts';
import { floats } from '../testing/primitive-check.ts';
import { type RecurrentCase, recurrentCases } from '../testing/recurrent-cases.ts';
import { runAsProgram } from '../testing/run-as-program.ts';

beforeAll(async () => {
  await startJsBackend();
});

const inputsOf = ({ shapes }: RecurrentCase): Tensor[] =>
  shapes.map((shape, i) => tf.tensor(floats(shape, i + 1).data.slice() as Float32Array, [...shape]));

/** The sum of the weighted squares of all float32 results. */
const lossOf = (results: readonly Tensor[]): Tensor =>
  results
    .filter(({ dtype }) => dtype === 'float32')
    .map((result, i) => ops.sum(ops.multiply(ops.square(result), i + 1)))
    .reduce((sum, loss) => ops.add(sum, loss));

/** The results of a case, and the gradients of its loss. */
const bothWays =
  (one: RecurrentCase) =>
  (xs: Tensor[]): Tensor[] => [
    ...one.run(...xs),
    ...gradients((...at) => lossOf(one.run(...at)), xs).map((gradient, i) => gradient ?? tf.zerosLike(xs[i]!)),
  ];

const cases = Object.entries(recurrentCases);

describe('a compiled loop', () => {
  test.each(cases)('%s: results and gradients are those of eager steps', (_, one) => {
    const xs = inputsOf(one);
    const before = memory().tensors;
    scope(() => {
      const eager = bothWays(one)(xs);
      const compiled = runAsProgram(bothWays(one), xs);
      compiled.forEach((result, i) => {
        expect([result.shape, result.dtype]).toEqual([eager[i]!.shape, eager[i]!.dtype]);
        expectClose(result, eager[i]!);
      });
    });
    expect(memory().tensors).toBe(before);
  });
});

function expectClose(actual: Tensor, expected: Tensor): void {
  const values = [...expected.dataSync()];
  const scale = Math.max(1e-3, ...values.map(Math.abs));
  actual.dataSync().forEach((value, i) => {
    expect(Math.abs(value - values[i]!)).toBeLessThanOrEqual(1e-6 * scale);
  });
}
