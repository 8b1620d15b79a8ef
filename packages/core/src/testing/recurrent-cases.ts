import { gradients } from '../autodiff.ts';
import * as ops from '../ops/index.ts';
import type { Shape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** A loop, as layers write them. */
export interface RecurrentCase {
  readonly shapes: readonly Shape[];
  /** Its results; `xs` has the shapes, and the first is `[length, ...]`. */
  run(...xs: readonly Tensor[]): Tensor[];
}

const product = (x: Tensor, kernel: Tensor): Tensor => ops.matmul(x, kernel);

/** Cuts columns into as many equal parts. */
const gates = (x: Tensor, count: number): Tensor[] => ops.split(x, count, { axis: -1 });

function rnn(steps: number, reverse = false): RecurrentCase {
  return {
    shapes: [[steps, 2, 3], [2, 4], [3, 4], [4, 4], [4]],
    run: (xs, h0, kernel, recurrent, bias) => {
      const [last, all] = ops.scan(
        (h, x) => {
          const next = ops.tanh(ops.add(ops.add(product(x, kernel!), product(h, recurrent!)), bias!));
          return [next, next];
        },
        h0!,
        xs!,
        { reverse },
      );
      return [last, all];
    },
  };
}

const lstm: RecurrentCase = {
  shapes: [[5, 2, 3], [2, 4], [2, 4], [3, 16], [4, 16], [16]],
  run: (xs, h0, c0, kernel, recurrent, bias) => {
    const [last, all] = ops.scan(
      ([h, c], x) => {
        const z = ops.add(ops.add(product(x, kernel!), product(h, recurrent!)), bias!);
        const [i, f, g, o] = gates(z, 4);
        const cell = ops.add(ops.multiply(ops.sigmoid(f!), c), ops.multiply(ops.sigmoid(i!), ops.tanh(g!)));
        const next = ops.multiply(ops.sigmoid(o!), ops.tanh(cell));
        return [[next, cell], next];
      },
      [h0!, c0!],
      xs!,
    );
    return [...last, all];
  },
};

const gru: RecurrentCase = {
  shapes: [
    [4, 2, 3],
    [2, 4],
    [3, 12],
    [4, 12],
    [2, 12],
  ],
  run: (xs, h0, kernel, recurrent, bias) => {
    const [inputBias, recurrentBias] = ops.unstack(bias!, { axis: 0 });
    const [last, all] = ops.scan(
      (h, x) => {
        const [xz, xr, xh] = gates(ops.add(product(x, kernel!), inputBias!), 3);
        const [hz, hr, hh] = gates(ops.add(product(h, recurrent!), recurrentBias!), 3);
        const [z, r] = [ops.sigmoid(ops.add(xz!, hz!)), ops.sigmoid(ops.add(xr!, hr!))];
        const candidate = ops.tanh(ops.add(xh!, ops.multiply(r, hh!)));
        const next = ops.add(ops.multiply(z, h), ops.multiply(ops.subtract(1, z), candidate));
        return [next, next];
      },
      h0!,
      xs!,
    );
    return [last, all];
  },
};

/** What is masked keeps the carry; a dropout mask is the same in each step; the output is of another size; a step is counted. */
const masked: RecurrentCase = {
  shapes: [
    [4, 3, 2],
    [3, 2],
    [2, 2],
    [3, 2],
  ],
  run: (xs, h0, recurrent, dropout) => {
    const mask = ops.greater(ops.sum(xs!, { axis: 2, keepdims: true }), 0);
    const [last, outputs] = ops.scan(
      ({ h, count }, { x, keep }) => {
        const next = ops.tanh(ops.add(x, product(ops.multiply(h, dropout!), recurrent!)));
        const chosen = ops.where(keep, next, h);
        return [
          { h: chosen, count: ops.add(count, ops.cast(keep, 'int32')) },
          { sum: ops.sum(chosen, { axis: 1 }), chosen },
        ];
      },
      { h: h0!, count: ops.zeros([3, 1], { dtype: 'int32' }) },
      { x: xs!, keep: mask },
    );
    return [last.h, last.count, outputs.sum, outputs.chosen];
  },
};

/** A loop in each step of a loop. */
const nested: RecurrentCase = {
  shapes: [[3, 4, 2], [2], [2]],
  run: (xs, h0, scale) => {
    const [last, all] = ops.scan(
      (outer, rows) => {
        const [inner, sums] = ops.scan(
          (h, row) => [ops.tanh(ops.add(h, ops.multiply(row, scale!))), ops.sum(h)],
          outer,
          rows,
        );
        return [inner, sums];
      },
      h0!,
      xs!,
    );
    return [last, all];
  },
};

/** Loops as layers write them, all that they are made of in float32. */
export const recurrentCases: Readonly<Record<string, RecurrentCase>> = {
  'a simple cell': rnn(5),
  'a simple cell, in reverse': rnn(5, true),
  'a simple cell, one step': rnn(1),
  'a simple cell, no step': rnn(0),
  'an LSTM cell': lstm,
  'a GRU cell': gru,
  'a mask, dropout and a counter': masked,
  'a loop in a loop': nested,
};

/** The results of a case, and the gradients of a loss of them with respect to all inputs. */
export const withGradients =
  (one: RecurrentCase) =>
  (xs: readonly Tensor[]): Tensor[] => [
    ...one.run(...xs),
    ...gradients((...at) => lossOf(one.run(...at)), xs).map((gradient, i) => gradient ?? ops.zerosLike(xs[i]!)),
  ];

/** The sum of the weighted squares of all float32 results. */
export const lossOf = (results: readonly Tensor[]): Tensor =>
  results
    .filter(({ dtype }) => dtype === 'float32')
    .map((result, i) => ops.sum(ops.multiply(ops.square(result), i + 1)))
    .reduce((sum, loss) => ops.add(sum, loss));
