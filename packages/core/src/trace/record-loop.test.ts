import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { gradients, valueAndGradients } from '../autodiff.ts';
import { compileStep, traceStep } from '../compile/compile-step.ts';
import { jsExecutor } from '../compile/js-executor.ts';
import * as ops from '../ops/index.ts';
import { runPasses } from '../passes/run-passes.ts';
import { isProgram } from '../program/attributes.ts';
import { interpret } from '../program/interpret.ts';
import type { Program } from '../program/program.ts';
import * as random from '../random/random-ops.ts';
import { SeedGenerator } from '../random/seed-generator.ts';
import { keep, memory, scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Variable } from '../tensor/variable.ts';
import { startJsBackend } from '../testing/js-backend.ts';
import { floats } from '../testing/primitive-check.ts';
import { lossOf, type RecurrentCase, recurrentCases, withGradients } from '../testing/recurrent-cases.ts';
import { runAsProgram } from '../testing/run-as-program.ts';
import { lowerTrace } from './lower-trace.ts';
import { withOrigin } from './origin.ts';
import { trace } from './trace.ts';
import { TraceError } from './trace-error.ts';

beforeAll(async () => {
  await startJsBackend();
});

const inputsOf = ({ shapes }: RecurrentCase): Tensor[] =>
  shapes.map((shape, i) => tf.tensor(floats(shape, i + 1).data.slice() as Float32Array, [...shape]));

const cases = Object.entries(recurrentCases);

/** Cases in which a state is read several times: what its gradient is the sum of is added up in another order. */
const ADDED_OTHERWISE = ['a GRU cell', 'a mask, dropout and a counter', 'a loop in a loop'];

describe('a compiled loop', () => {
  test.each(cases)('%s: results and gradients are those of eager steps', (name, one) => {
    const xs = inputsOf(one);
    const before = memory().tensors;
    scope(() => {
      const eager = withGradients(one)(xs);
      const compiled = runAsProgram(withGradients(one), xs);
      compiled.forEach((result, i) => {
        expect([result.shape, result.dtype]).toEqual([eager[i]!.shape, eager[i]!.dtype]);
        if (ADDED_OTHERWISE.includes(name) && i >= compiled.length - xs.length) expectClose(result, eager[i]!);
        else expect(result.dataSync()).toEqual(eager[i]!.dataSync());
      });
    });
    expect(memory().tensors).toBe(before);
  });

  test.each(cases)('%s: so they are after all passes, but for roundings', (_, one) => {
    const xs = inputsOf(one);
    const specs = one.shapes.map((shape, i) => ({ name: `${i}`, shape, dtype: 'float32' as const }));
    const { program } = lowerTrace(trace((...at) => withGradients(one)(at), specs));
    const inputs = Object.fromEntries(xs.map((x, i) => [`${i}`, x.dataSync() as Float32Array]));
    const { outputs } = interpret(runPasses(program), { inputs });
    scope(() => {
      withGradients(one)(xs).forEach((eager, i) => {
        expectClose(tf.tensor(outputs[i]!.data, eager.shape, eager.dtype), eager);
      });
    });
  });
});

/** Compiled once, run with given inputs. */
function compiled(fn: (...xs: Tensor[]) => Tensor, xs: readonly Tensor[]): (xs: readonly Float32Array[]) => number {
  const specs = xs.map(({ shape, dtype }, i) => ({ name: `${i}`, shape, dtype }));
  const step = compileStep(traceStep(fn, specs), jsExecutor);
  const result = new Float32Array(1);
  step.bindOutput(0, jsExecutor.share(result)!);
  return (values) => {
    values.forEach((value, i) => {
      step.bindInput(`${i}`, jsExecutor.share(value)!);
    });
    step.run();
    return result[0]!;
  };
}

test('gradients of a compiled loop are what differences of its values say', () => {
  const one = recurrentCases['an LSTM cell']!;
  const xs = inputsOf(one);
  const gradient = runAsProgram(withGradients(one), xs).slice(-xs.length);
  const lossAt = compiled((...at) => lossOf(one.run(...at)), xs);
  const values = xs.map((x) => x.dataSync() as Float32Array);
  xs.forEach(({ shape }, input) => {
    const direction = floats(shape, 20 + input).data;
    const shifted = (steps: number): number =>
      lossAt(values.map((value, i) => (i === input ? value.map((at, j) => at + (steps * direction[j]!) / 64) : value)));
    const measured = (8 * (shifted(1) - shifted(-1)) - (shifted(2) - shifted(-2))) / (12 / 64);
    const rule = [...gradient[input]!.dataSync()].reduce((sum, value, j) => sum + value * direction[j]!, 0);
    expect(Math.abs(rule - measured)).toBeLessThan(2e-3 * Math.max(1, Math.abs(measured)));
  });
});

/** The program of a function of `[steps, 2]` after the passes. */
function programOf(fn: (xs: Tensor) => Tensor | Tensor[], steps: number): Program {
  const { program } = lowerTrace(trace(fn, [{ name: 'xs', shape: [steps, 2], dtype: 'float32' }]));
  return runPasses(program);
}

const instructionsIn = ({ instructions }: Program): number =>
  instructions.reduce((sum, { attrs }) => sum + 1 + (isProgram(attrs.body) ? instructionsIn(attrs.body) : 0), 0);

/** `h' = tanh(h · x + 2)`, summed up. */
const recurrence = (xs: Tensor, options?: ops.ScanOptions): Tensor => {
  const [last] = ops.scan((h, x) => [ops.tanh(ops.add(ops.multiply(h, x), 2)), null], [1, 1], xs, options);
  return ops.sum(last);
};

describe('a program with a loop', () => {
  test('has as many instructions for 500 steps as for 5', () => {
    const withGradient = (xs: Tensor): Tensor[] => gradients((at) => recurrence(at), [xs]) as Tensor[];
    expect(instructionsIn(programOf(withGradient, 500))).toBe(instructionsIn(programOf(withGradient, 5)));
    const unrolled = (xs: Tensor): Tensor => recurrence(xs, { unroll: true });
    expect(instructionsIn(programOf(unrolled, 20))).toBeGreaterThan(20);
  });

  test('keeps nothing for a gradient that nobody asks for', () => {
    using kernel = weight();
    const { instructions } = programOf(
      (xs) => valueAndGradients(() => recurrence(ops.multiply(xs, kernel.value)), [kernel]).value,
      5,
    );
    const loop = instructions.find(({ primitive }) => primitive === 'loop')!;
    expect(loop.outputs).toHaveLength(1);
  });

  test('trains variables, step after step, as eager steps do', () => {
    const run = (steps: number, compile: boolean): number[] => {
      using kernel = weight();
      const xs = tf.tensor2d(floats([4, 2]).data as Float32Array, [4, 2]);
      const train = (at: Tensor): void => {
        const loss = (): Tensor => {
          const [last, all] = ops.scan(
            (h, x) => {
              const next = ops.tanh(ops.add(ops.multiply(h, kernel.value), x));
              return [next, next];
            },
            kernel.value,
            at,
          );
          return ops.add(ops.sum(last), ops.sum(ops.square(all)));
        };
        const { gradients: found } = valueAndGradients(loss, [kernel]);
        kernel.assign(ops.subtract(kernel.value, ops.multiply(found[0]!, 0.1)));
      };
      if (compile) {
        const step = compileStep(traceStep(train, [{ name: 'xs', shape: [4, 2], dtype: 'float32' }]), jsExecutor);
        step.bindInput('xs', jsExecutor.share(xs.dataSync() as Float32Array)!);
        for (let i = 0; i < steps; i++) step.run();
        return [...kernel.value.dataSync()];
      }
      for (let i = 0; i < steps; i++) scope(() => train(xs));
      return [...kernel.value.dataSync()];
    };
    run(5, true).forEach((value, i) => {
      expect(value).toBeCloseTo(run(5, false)[i]!, 6);
    });
  });
});

const weight = (): Variable =>
  new Variable({ name: 'kernel', shape: [2], initializer: () => tf.tensor1d([0.5, -0.25]) });

describe('steps that are not one body', () => {
  const notices = (): string[] => vi.mocked(console.warn).mock.calls.map(([text]) => String(text));

  beforeEach(() => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    return () => vi.restoreAllMocks();
  });

  test('a step that assigns a variable, or draws random numbers: all steps are written, and a notice says so', () => {
    using seen = new Variable({ name: 'seen', shape: [], initializer: () => tf.scalar(0) });
    using seeds = new SeedGenerator(3);
    const counting = (xs: Tensor): Tensor => {
      const [last] = ops.scan(
        (h, x) => {
          seen.assign(ops.add(seen.value, 1));
          return [ops.add(h, x), null];
        },
        [0, 0],
        xs,
      );
      return last;
    };
    const drawing = (xs: Tensor): Tensor =>
      ops.scan((h, x) => [ops.add(h, ops.multiply(x, random.uniform([2], { seed: seeds }))), null], [0, 0], xs)[0];
    expect(instructionsIn(programOf((xs) => withOrigin('net/rnn', () => counting(xs)), 12))).toBeGreaterThan(12);
    expect(instructionsIn(programOf(drawing, 7))).toBeGreaterThan(7);
    expect(notices()).toEqual([
      "capas: ops.scan in 'net/rnn' is written step by step, 12 times, as it assigns variable 'seen'. It compiles faster as one loop: carry what changes, and draw random numbers before it.",
      "capas: ops.scan is written step by step, 7 times, as it assigns variable 'seed_generator_state'. It compiles faster as one loop: carry what changes, and draw random numbers before it.",
    ]);
    const { state } = trace(counting, [{ name: 'xs', shape: [3, 2], dtype: 'float32' }]);
    expect(state.map(({ name }) => name)).toEqual(['seen']);
    expect(seen.value.dataSync()[0]).toBe(0);
  });

  test('the gradient of a gradient', () => {
    const xs = tf.tensor2d(floats([3, 2]).data as Float32Array, [3, 2]);
    const twice = ([at]: Tensor[]): Tensor[] =>
      gradients((x) => ops.sum(ops.square(gradients((y) => recurrence(y), [x])[0]!)), [at!]) as Tensor[];
    const eager = twice([xs]);
    expectClose(runAsProgram(twice, [xs])[0]!, eager[0]!);
    expect(notices()[0]).toContain('as the gradient of its gradient is asked for');
  });
});

describe('what cannot be a loop is refused, with the place', () => {
  const traced = (fn: (xs: Tensor) => Tensor) => () =>
    trace((xs) => withOrigin('net/rnn', () => fn(xs)), [{ name: 'xs', shape: [3, 2], dtype: 'float32' }]);

  test('a number that changes from step to step', () => {
    const counting = (xs: Tensor): Tensor => {
      let step = 0;
      return ops.scan((h, x) => [ops.add(h, ops.multiply(x, ++step)), null], [0, 0], xs)[0];
    };
    expect(traced(counting)).toThrow(TraceError);
    expect(traced(counting)).toThrow(
      "Cannot trace 'ops.scan' in 'net/rnn': a number made in JavaScript differs from step to step of a loop, which has one body for all. Carry it, let it come with `xs`, or write all steps: `unroll: true`.",
    );
    const unrolled = (xs: Tensor): Tensor => {
      let step = 0;
      return ops.scan((h, x) => [ops.add(h, ops.multiply(x, ++step)), null], [0, 0], xs, { unroll: true })[0];
    };
    expect(traced(unrolled)).not.toThrow();
  });

  test('a number that changes from call to call', () => {
    let calls = 0;
    const changing = (xs: Tensor): Tensor => {
      const factor = ++calls;
      return ops.scan((h, x) => [ops.add(h, ops.multiply(x, factor)), null], [0, 0], xs)[0];
    };
    expect(traced(changing)).toThrow(
      "Cannot trace the function in 'net/rnn': a number made in JavaScript differs from call to call and would be frozen.",
    );
  });

  test('other kernels, other tensors', () => {
    const others = (xs: Tensor): Tensor => {
      let step = 0;
      return ops.scan((h, x) => [++step % 2 ? ops.add(h, x) : ops.subtract(h, x), null], [0, 0], xs)[0];
    };
    expect(traced(others)).toThrow('the sequence of kernels (Add, then Sub) differs from step to step');
    const rows = [tf.zeros([2]), tf.ones([2])];
    const tensors = (xs: Tensor): Tensor => {
      let step = 0;
      return ops.scan((h, x) => [ops.add(ops.add(h, x), rows[step++ % 2]!), null], [0, 0], xs)[0];
    };
    expect(traced(tensors)).toThrow('what a step reads or returns differs from step to step');
  });

  test('a tensor of a step that is used outside of it', () => {
    const leaking = (xs: Tensor): Tensor => {
      let seen: Tensor = xs;
      const [last] = ops.scan(
        (h, x) => {
          seen = keep(ops.square(x));
          return [ops.add(h, seen), null];
        },
        [0, 0],
        xs,
      );
      return ops.add(last, seen);
    };
    expect(traced(leaking)).toThrow(
      "Cannot trace 'add' in 'net/rnn': it uses a tensor of one step of a loop outside of that step. Let the step return it, as a part of the carry or of the outputs.",
    );
  });

  test('reading values, and a carry that changes', () => {
    expect(traced((xs) => ops.scan((h, x) => [ops.add(h, x.dataSync()[0]!), null], [0, 0], xs)[0])).toThrow(
      "Cannot trace the function in 'net/rnn': it reads values back",
    );
    expect(traced((xs) => ops.scan((h, x) => [ops.sum(ops.add(h, x)), null], [0, 0], xs)[0])).toThrow(
      'ops.scan: `f` must be a function that keeps the carry float32 [2].',
    );
  });
});

function expectClose(actual: Tensor, expected: Tensor): void {
  const values = [...expected.dataSync()];
  const scale = Math.max(1e-3, ...values.map(Math.abs));
  actual.dataSync().forEach((value, i) => {
    expect(Math.abs(value - values[i]!)).toBeLessThanOrEqual(1e-6 * scale);
  });
}
