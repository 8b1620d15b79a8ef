import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { gradients } from '../autodiff.ts';
import { registerKernelOnce } from '../backend/tfjs-bridge.ts';
import { opaqueKernels } from '../kernels/opaque.ts';
import { interpret } from '../program/interpret.ts';
import { print } from '../program/print.ts';
import { verify } from '../program/verify.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Variable } from '../tensor/variable.ts';
import { type KernelCase, kernelCases } from '../testing/gradient-cases.ts';
import { startJsBackend } from '../testing/js-backend.ts';
import { registerReferenceKernels } from '../testing/reference-kernels.ts';
import { lowerTrace } from './lower-trace.ts';
import { withOrigin } from './origin.ts';
import { trace } from './trace.ts';

beforeAll(async () => {
  await startJsBackend();
  registerReferenceKernels(registerKernelOnce);
});

/** What a kernel case computes: its outputs and, to its order, gradients of the first one. */
const programOf =
  ({ run, order }: KernelCase) =>
  (...xs: Tensor[]): Tensor[] => {
    const first = (...at: Tensor[]): Tensor => [run(...at)].flat()[0]!;
    const outputs = [run(...xs)].flat();
    return order === 0 ? outputs : [...outputs, ...gradients(first, xs).flatMap((gradient) => gradient ?? [])];
  };

const x = { name: 'x', shape: [2, 3], dtype: 'float32' } as const;

test('a trace as a program: inputs, state, constants, kernels with their layers', () => {
  using total = new Variable({ name: 'total', kind: 'metric', shape: [2], initializer: () => tf.zeros([2]) });
  const offset = tf.tensor1d([1, 2, 3]);
  const { program, variables, captured } = lowerTrace(
    trace(
      (at) => {
        const y = withOrigin('net/shift', () => tf.relu(tf.add(at, offset)));
        total.assign(tf.add(total.value, tf.sum(y, 1)));
        return tf.mul(y, 2);
      },
      [x],
    ),
  );
  verify(program);
  expect(print(program).trim().split('\n')).toEqual([
    'program(%0 "x": float32[2,3], %1 "captured/0": float32[3]) state(%2 "total": metric float32[2] -> %7) {',
    '  %3: float32[] = constant 2',
    '  %4: float32[2,3] = map(%0, %1) { add(a, b) }  # net/shift/Add',
    '  %5: float32[2,3] = map(%4) { relu(a) }  # net/shift/Relu',
    '  %6: float32[2] = reduce(%5) {kind="sum", axes=[1]}  # Sum',
    '  %7: float32[2] = map(%2, %6) { add(a, b) }  # Add',
    '  %8: float32[2,3] = map(%5, %3) { mul(a, b) }  # Multiply',
    '  return %8',
    '}',
  ]);
  expect(variables).toEqual([total]);
  expect(captured).toEqual([offset]);
  offset.dispose();
});

test('states of one name are numbered', () => {
  const names = ['w', 'w', 'w_1', 'w'];
  const all = names.map((name) => new Variable({ name, shape: [], initializer: () => tf.scalar(1) }));
  const { program } = lowerTrace(trace(() => all.map(({ value }) => tf.neg(value)), []));
  verify(program);
  expect(program.state.map(({ name }) => name)).toEqual(['w', 'w_2', 'w_1', 'w_3']);
  for (const one of all) one.dispose();
});

test('constants of equal elements are one number', () => {
  const { program } = lowerTrace(
    trace(
      (at) =>
        tf.addN([
          at,
          tf.zeros([2, 3]),
          tf.tensor2d([
            [1, 2, 3],
            [1, 2, 3],
          ]),
          tf.fill([2, 3], 5),
        ]),
      [x],
    ),
  );
  verify(program);
  expect(program.constants.map(({ data }) => [...data])).toEqual([[0], [1, 2, 3, 1, 2, 3]]);
});

test('a kernel without primitives becomes a call', () => {
  const { program } = lowerTrace(trace((at) => tf.image.transform(tf.reshape(at, [1, 2, 3, 1]), tf.ones([1, 8])), [x]));
  verify(program);
  const { primitive, inputs, attrs } = program.instructions.at(-1)!;
  expect({ primitive, inputs: inputs.length, attrs }).toEqual({
    primitive: 'call',
    inputs: 2,
    attrs: { kernel: 'Transform', attrsJson: '{"interpolation":"nearest","fillMode":"constant","fillValue":0}' },
  });
});

test('complex numbers and attributes that are no numbers are refused', () => {
  expect(() => lowerTrace(trace((at) => tf.real(tf.fft(tf.complex(at, at))), [x]))).toThrow(
    "Cannot trace 'complex': a tensor of dtype complex64 cannot be in a program.",
  );
  const crop = (at: Tensor): Tensor =>
    tf.image.cropAndResize(
      tf.reshape(at, [1, 2, 3, 1]),
      tf.ones([1, 4]) as tf.Tensor2D,
      tf.zeros([1], 'int32') as tf.Tensor1D,
      [2, 2],
      'bilinear',
      Number.POSITIVE_INFINITY,
    );
  expect(() => lowerTrace(trace(crop, [x]))).toThrow(
    "Cannot trace 'CropAndResize': its attribute 'extrapolationValue' is Infinity, which a program cannot keep.",
  );
});

describe('every kernel and its gradients as one program', () => {
  // tfjs's js kernel of TensorScatterUpdate writes into its input, here the gradient that another rule still reads
  const cases = kernelCases.filter(({ kernel }) => !opaqueKernels[kernel] && kernel !== 'TensorScatterUpdate');

  test.each(cases.map((c) => [c.kernel, c.name, c] as const))('%s %s', (_, __, c) => {
    scope(() => {
      const inputs = c.inputs.map(({ shape, values }) => tf.tensor(values, [...shape]));
      const specs = inputs.map(({ shape, dtype }, i) => ({ name: `x${i}`, shape, dtype }));
      const { program } = lowerTrace(trace(programOf(c), specs));
      const given = inputs.map((input, i) => [`x${i}`, input.dataSync() as Float32Array] as const);
      const { outputs } = interpret(program, { inputs: Object.fromEntries(given) });
      const expected = programOf(c)(...inputs);
      expect(outputs.map(({ type }) => [...type.shape])).toEqual(expected.map(({ shape }) => shape));
      expected.forEach((tensor, i) => {
        const { data } = outputs[i]!;
        const far = [...tensor.dataSync()].findIndex(
          (value, j) => !(Math.abs(value - data[j]!) <= 1e-5 * Math.max(1, Math.abs(value))),
        );
        expect(far < 0 ? 'close' : `output ${i}, value ${far}: ${data[far]} for ${tensor.dataSync()[far]}`).toBe(
          'close',
        );
      });
    });
  });
});
