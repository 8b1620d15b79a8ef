import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { valueAndGradients } from '../autodiff.ts';
import * as ops from '../ops/index.ts';
import * as random from '../random/random-ops.ts';
import { SeedGenerator } from '../random/seed-generator.ts';
import type { TensorTree } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Variable } from '../tensor/variable.ts';
import { leavesEngine } from '../testing/engine-state.ts';
import { startJsBackend } from '../testing/js-backend.ts';
import { withOrigin } from './origin.ts';
import { trace } from './trace.ts';
import type { TraceError } from './trace-error.ts';

beforeAll(startJsBackend);

const weight = new Variable({ name: 'weight', shape: [2], initializer: () => tf.tensor1d([1, 2]) });

const inputs = [{ name: 'x', shape: [2], dtype: 'float32' }] as const;

/** Traces `step`; the error. The engine stays as it was, the variable keeps its value, and the next trace works. */
function errorOfStep(step: (x: Tensor) => TensorTree): Error {
  void weight.value;
  const error = leavesEngine(() => {
    try {
      trace(step, inputs);
    } catch (caught) {
      return caught;
    }
    throw new Error('it was traced');
  });
  expect([...weight.value.dataSync()]).toEqual([1, 2]);
  expect(trace((x) => tf.neg(x), inputs).calls).toHaveLength(1);
  return error as Error;
}

/** The error if `fn` is called in a layer, in the forward pass of a gradient, after a variable was assigned. */
const errorOf = (fn: (x: Tensor) => unknown): Error =>
  errorOfStep((x) =>
    tf.tidy(() => {
      const forward = (): Tensor => {
        weight.assign(tf.add(weight.value, 1));
        withOrigin('net/bad', () => fn(x));
        return tf.sum(tf.mul(x, weight.value));
      };
      return [valueAndGradients(forward, [weight]).value];
    }),
  );

const HOST_READ =
  'it reads values back (data, array, print), and a traced function has none yet. Compute with tensors, choose with `ops.where`, and read results after the step.';
const drawn = (instead: string): string =>
  `tfjs draws its random numbers in JavaScript, so every step would get the same ones. Use \`${instead}\` of @capas/core.`;
const BACKEND = 'Choose the backend before training.';
const OTHER_VARIABLE =
  'it makes, assigns or disposes of a `tf.Variable`, which a program does not know. Use Variable of @capas/core.';
const BEFORE_THE_STEP = 'Compute it before the step and hand it in as an input, or run eagerly.';

test.each<[string, (x: Tensor) => unknown, TraceError['reason'], string]>([
  ['dataSync', (x) => x.dataSync(), 'host read', `the function in 'net/bad': ${HOST_READ}`],
  ['arraySync', (x) => x.arraySync(), 'host read', `the function in 'net/bad': ${HOST_READ}`],
  ['print', (x) => x.print(), 'host read', `the function in 'net/bad': ${HOST_READ}`],
  ['data', (x) => void x.data(), 'host read', `the function in 'net/bad': ${HOST_READ}`],
  [
    'an op that reads',
    (x) => void tf.whereAsync(tf.greater(x, 0)),
    'host read',
    `the function in 'net/bad': ${HOST_READ}`,
  ],
  ['a read op of ours', (x) => ops.nonzero(x), 'host read', `the function in 'net/bad': ${HOST_READ}`],
  [
    'randomUniform',
    () => tf.randomUniform([2]),
    'host random',
    `'randomUniform' in 'net/bad': ${drawn('random.uniform')}`,
  ],
  ['randomNormal', () => tf.randomNormal([2]), 'host random', `'randomNormal' in 'net/bad': ${drawn('random.normal')}`],
  [
    'truncatedNormal',
    () => tf.truncatedNormal([2]),
    'host random',
    `'truncatedNormal' in 'net/bad': ${drawn('random.truncatedNormal')}`,
  ],
  [
    'randomUniformInt',
    () => tf.randomUniformInt([2], 0, 9),
    'host random',
    `'randomUniformInt' in 'net/bad': ${drawn('random.randint')}`,
  ],
  ['randomGamma', () => tf.randomGamma([2], 1), 'host random', `'randomGamma' in 'net/bad': ${drawn('random.*')}`],
  ['rand', () => tf.rand([2], Math.random), 'host random', `'rand' in 'net/bad': ${drawn('random.uniform')}`],
  ['dropout', (x) => tf.dropout(x, 0.5), 'host random', `'dropout' in 'net/bad': ${drawn('random.dropout')}`],
  [
    'multinomial',
    (x) => tf.multinomial(x as tf.Tensor1D, 3),
    'host random',
    `'multinomial' in 'net/bad': ${drawn('random.categorical')}`,
  ],
  [
    'unique',
    (x) => tf.unique(x),
    'value-dependent shape',
    `'unique' in 'net/bad': the shape of its result depends on values. ${BEFORE_THE_STEP}`,
  ],
  [
    'strings',
    () => tf.engine().runKernel('StringSplit', {}),
    'value-dependent shape',
    `'StringSplit' in 'net/bad': strings are worked on by the host. ${BEFORE_THE_STEP}`,
  ],
  [
    'a string constant',
    () => tf.scalar('a'),
    'dtype',
    `the function in 'net/bad': a constant of dtype string cannot be in a program.`,
  ],
  [
    'a kernel nobody knows',
    (x) => tf.engine().runKernel('Own', { x }),
    'value-dependent shape',
    `'Own': Capas does not know this kernel, nor the shape of its result.`,
  ],
  [
    'setBackend',
    () => void tf.setBackend('cpu'),
    'engine',
    `the function in 'net/bad': it calls \`tf.setBackend\`. ${BACKEND}`,
  ],
  [
    'time',
    (x) => void tf.time(() => tf.neg(x)),
    'engine',
    `the function in 'net/bad': it calls \`tf.time\`. Time the step as a whole.`,
  ],
  [
    'profile',
    (x) => void tf.profile(() => tf.neg(x)),
    'engine',
    `the function in 'net/bad': it calls \`tf.profile\`. Profile the step as a whole.`,
  ],
  [
    'a nested trace',
    () => trace(() => null, []),
    'nested',
    'the function: another trace is being taken. Traces cannot be nested.',
  ],
  ['tf.variable', (x) => tf.variable(x), 'variable', `the function in 'net/bad': ${OTHER_VARIABLE}`],
  [
    'disposing of a variable',
    () => weight.dispose(),
    'variable',
    `the function in 'net/bad': it disposes of variable 'weight'. Do that after the step.`,
  ],
  ['disposing of its value', () => weight.value.dispose(), 'variable', `the function in 'net/bad': ${OTHER_VARIABLE}`],
  [
    'a variable that is made and assigned',
    (x) => new Variable({ name: 'new', shape: [2], initializer: () => tf.zeros([2]) }).assign(x),
    'variable',
    `the function in 'net/bad': it makes variable 'new' anew in each call, so it cannot be state. Create it in \`build()\` or in the constructor.`,
  ],
])('%s is refused', (_, fn, reason, text) => {
  const error = errorOf(fn);
  expect(error.message).toBe(`Cannot trace ${text}`);
  expect(error).toMatchObject({ name: 'TraceError', reason });
});

test('an async function is refused', () => {
  const error = errorOfStep((async (x: Tensor) => {
    weight.assign(x);
    return tf.neg(x);
  }) as unknown as () => void);
  expect(error.message).toBe(
    'Cannot trace the function: it is async. A traced function must return its tensors at once.',
  );
});

test('a refusal that the function catches still counts', () => {
  const error = errorOf((x) => {
    try {
      x.dataSync();
    } catch {}
  });
  expect(error).toMatchObject({ reason: 'host read' });
});

test('errors of the function itself come through', () => {
  const own = new RangeError('own');
  const fail = (): never => {
    throw own;
  };
  expect(errorOf(fail)).toBe(own);
  expect(errorOf((x) => tf.dot(x as tf.Tensor1D, tf.ones([3]))).message).toMatch(/^Error in dot: inner dimensions/);
  // a scope that nobody closes is dropped
  expect(
    errorOf(() => {
      tf.engine().startScope('open');
      fail();
    }),
  ).toBe(own);
});

test("tfjs's debug mode is refused, before and inside", () => {
  const text = "tfjs's debug mode and `tf.profile` read every result. Switch them off while training.";
  const inside = errorOf((x) => {
    tf.env().set('DEBUG', true);
    try {
      tf.neg(x);
    } finally {
      tf.env().set('DEBUG', false);
    }
  });
  expect(inside.message).toBe(`Cannot trace 'neg' in 'net/bad': ${text}`);
  tf.env().set('DEBUG', true);
  try {
    expect(() => trace(() => null, [])).toThrow(`Cannot trace the function: ${text}`);
  } finally {
    tf.env().set('DEBUG', false);
  }
});

test('a tf.Variable of before is refused when it is assigned, and keeps its value', () => {
  const raw = tf.variable(tf.tensor1d([5, 6]));
  expect(errorOf((x) => raw.assign(x as tf.Tensor1D)).message).toBe(
    `Cannot trace the function in 'net/bad': ${OTHER_VARIABLE}`,
  );
  expect([...raw.dataSync()]).toEqual([5, 6]);
  raw.dispose();
});

test('a first value that depends on the trace is refused', () => {
  const slot = (x: Tensor): Variable => new Variable({ name: 'slot', shape: [2], initializer: () => tf.add(x, 1) });
  expect(errorOf((x) => slot(x).value).message).toBe(
    "Cannot trace 'add' in 'net/bad': the first value of variable 'slot' depends on tensors of the trace. Create it in `build()`, from values that are known there.",
  );
});

test('a variable that is made in each call is refused', () => {
  const step = (): Tensor => random.uniform([2], { seed: new SeedGenerator(3) });
  expect(() => trace(step, [])).toThrow(
    "Cannot trace the function: it makes variable 'seed_generator_state' anew in each call, so it cannot be state. Create it in `build()` or in the constructor.",
  );
});

describe('what differs from call to call', () => {
  const FROZEN =
    'differs from call to call and would be frozen. Make it an input or a Variable; random numbers come from `random.*` of @capas/core.';
  const counter = { value: 0 };
  const other = new Variable({ name: 'other', shape: [2], initializer: () => tf.zeros([2]) });

  test.each<[string, (x: Tensor) => unknown, string]>([
    ['a number', (x) => tf.add(x, Math.random()), `'add' in 'net/bad': a number made in JavaScript ${FROZEN}`],
    [
      'an attribute',
      (x) => tf.leakyRelu(x, counter.value++),
      `'leakyRelu' in 'net/bad': the attribute 'alpha' of LeakyRelu ${FROZEN}`,
    ],
    [
      'a branch',
      (x) => (counter.value++ % 2 ? tf.neg(x) : tf.abs(x)),
      `'abs' in 'net/bad': the sequence of kernels (Abs, then Neg) ${FROZEN}`,
    ],
  ])('%s is found', (_, fn, text) => {
    counter.value = 0;
    expect(errorOf(fn)).toMatchObject({ reason: 'frozen value', message: `Cannot trace ${text}` });
  });

  test('which variable is found', () => {
    void other.value;
    counter.value = 0;
    expect(errorOfStep((x) => (counter.value++ % 2 ? other : weight).assign(x)).message).toBe(
      `Cannot trace the function: what it reads, assigns or returns ${FROZEN}`,
    );
  });

  test('what a kernel is computed from, and what is returned', () => {
    counter.value = 0;
    expect(
      errorOfStep((x) => {
        const y = tf.abs(x);
        return tf.neg(counter.value++ % 2 ? x : y);
      }).message,
    ).toBe(`Cannot trace 'neg': what Neg is computed from ${FROZEN}`);
    expect(
      errorOfStep((x) => {
        const y = tf.abs(x);
        return counter.value++ % 2 ? x : y;
      }).message,
    ).toBe(`Cannot trace the function: what it reads, assigns or returns ${FROZEN}`);
  });

  test('is not looked for on request', () => {
    expect(trace((x) => tf.add(x, Math.random()), inputs, { checkTwice: false }).constants).toHaveLength(1);
  });
});
