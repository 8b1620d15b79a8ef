import { cpu } from '@capas/backend-cpu';
import { memory, ops, scope, type Tensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { ConvLSTMCell, convLstmCell } from './conv-lstm-cell.ts';
import { GRUCell, gruCell } from './gru-cell.ts';
import { LSTMCell, lstmCell } from './lstm-cell.ts';
import { SimpleRNNCell, simpleRNNCell } from './simple-rnn-cell.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

/** What a cell gives for some inputs. */
const step = (cell: SimpleRNNCell | LSTMCell | GRUCell, inputs: readonly Tensor[], training = false): number[][] =>
  (cell.apply(inputs, { training }) as unknown as Tensor[]).map((tensor) => [...tensor.dataSync()]);

describe('cells keep the layer contract', () => {
  const dropping = { dropout: 0.25, recurrentDropout: 0.5, seed: 1 };
  const bare = { useBias: false, activation: null } as const;
  const state = [2, 3] as const;

  test.each([
    { options: {}, bias: { bias: [3] } },
    { options: dropping, bias: { bias: [3] } },
    { options: bare, bias: {} },
  ])('SimpleRNNCell $options', ({ options, bias }) => {
    checkLayer(SimpleRNNCell, {
      config: { units: 3, ...options },
      inputShape: [[2, 4], state],
      outputShape: [state, state],
      weights: { kernel: [4, 3], recurrent_kernel: [3, 3], ...bias },
    });
  });

  test.each([
    { options: {}, bias: { bias: [12] } },
    { options: { ...dropping, unitForgetBias: false }, bias: { bias: [12] } },
    { options: { ...bare, recurrentActivation: 'hardSigmoid' } as const, bias: {} },
  ])('LSTMCell $options', ({ options, bias }) => {
    checkLayer(LSTMCell, {
      config: { units: 3, ...options },
      inputShape: [[2, 4], state, state],
      outputShape: [state, state, state],
      weights: { kernel: [4, 12], recurrent_kernel: [3, 12], ...bias },
    });
  });

  test.each([
    { options: {}, bias: { bias: [2, 9] } },
    { options: { resetAfter: false }, bias: { bias: [9] } },
    { options: { ...dropping, implementation: 1 } as const, bias: { bias: [2, 9] } },
    { options: { ...dropping, resetAfter: false }, bias: { bias: [9] } },
    { options: bare, bias: {} },
  ])('GRUCell $options', ({ options, bias }) => {
    checkLayer(GRUCell, {
      config: { units: 3, ...options },
      inputShape: [[2, 4], state],
      outputShape: [state, state],
      weights: { kernel: [4, 9], recurrent_kernel: [3, 9], ...bias },
    });
  });

  test.each([
    { options: { padding: 'same' } as const, input: [2, 5, 4, 3], out: [2, 5, 4, 2], bias: { bias: [8] } },
    {
      options: { ...dropping, dataFormat: 'channelsFirst', strides: 2 } as const,
      input: [2, 3, 5, 4],
      out: [2, 2, 2, 2],
      bias: { bias: [8] },
    },
    { options: { ...bare, dilationRate: 2 }, input: [2, 5, 4, 3], out: [2, 3, 2, 2], bias: {} },
  ])('ConvLSTMCell $options', ({ options, input, out, bias }) => {
    checkLayer(ConvLSTMCell, {
      config: { rank: 2, filters: 2, kernelSize: 2, ...options },
      inputShape: [input, out, out],
      outputShape: [out, out, out],
      weights: { kernel: [2, 2, 3, 8], recurrent_kernel: [2, 2, 2, 8], ...bias },
    });
  });
});

describe('one step, by hand', () => {
  const linear = { activation: null, recurrentActivation: null } as const;

  test('SimpleRNNCell: relu(x · kernel + bias + h · recurrentKernel)', () => {
    scope(() => {
      const cell = simpleRNNCell({ units: 1, activation: 'relu' });
      cell.ensureBuilt([null, 2]);
      cell.setWeights([[[1], [2]], [[3]], [4]]);
      // 1 · 5 + 2 · 6 + 4 + 3 · 7 = 42
      expect(step(cell, [ops.array([[5, 6]]), ops.array([[7]])])).toEqual([[42], [42]]);
    });
  });

  test('LSTMCell: gates in the order input, forget, candidate, output', () => {
    scope(() => {
      const cell = lstmCell({ units: 1, ...linear });
      cell.ensureBuilt([null, 1]);
      cell.setWeights([[[1, 2, 3, 4]], [[10, 20, 30, 40]], [1, 1, 1, 1]]);
      // x = 1, h = 1, c = 2: z = 12, 23, 34, 45; c' = 23 · 2 + 12 · 34 = 454; h' = 45 · 454
      expect(step(cell, [ops.array([[1]]), ops.array([[1]]), ops.array([[2]])])).toEqual([[20430], [20430], [454]]);
    });
  });

  test('the forget gate of a new LSTMCell has bias 1', () => {
    scope(() => {
      const cell = lstmCell({ units: 2, biasInitializer: { className: 'Constant', config: { value: 3 } } });
      cell.ensureBuilt([null, 1]);
      expect([...cell.bias!.value.dataSync()]).toEqual([3, 3, 1, 1, 3, 3, 3, 3]);
    });
  });

  test('GRUCell: the reset gate acts after or before the product', () => {
    scope(() => {
      const after = gruCell({ units: 1, ...linear });
      after.ensureBuilt([null, 1]);
      after.setWeights([
        [[1, 2, 3]],
        [[4, 5, 6]],
        [
          [1, 1, 1],
          [2, 2, 2],
        ],
      ]);
      const inputs = [ops.array([[1]]), ops.array([[2]])];
      // x · kernel + b₀ = 2, 3, 4; h · recurrentKernel + b₁ = 10, 12, 14; z = 12, r = 15; 12 · 2 − 11 (4 + 15 · 14)
      expect(step(after, inputs)[0]).toEqual([-2330]);
      const before = gruCell({ units: 1, ...linear, resetAfter: false });
      before.ensureBuilt([null, 1]);
      before.setWeights([[[1, 2, 3]], [[4, 5, 6]], [1, 1, 1]]);
      // h · recurrentKernel = 8, 10; z = 10, r = 13; 10 · 2 − 9 (4 + 13 · 2 · 6)
      expect(step(before, inputs)[0]).toEqual([-1420]);
    });
  });
});

describe('dropout of cells', () => {
  test('called alone, a cell draws anew in each call', () => {
    scope(() => {
      const cell = simpleRNNCell({ units: 8, dropout: 0.5, seed: 1, kernelInitializer: 'ones' });
      const inputs = [ops.ones([4, 8]), ops.zeros([4, 8])];
      expect(step(cell, inputs, true)).not.toEqual(step(cell, inputs, true));
      expect(step(cell, inputs)).toEqual(step(cell, inputs));
      cell.dispose();
    });
  });

  test('rates are brought into 0 to 1; a gated cell with rate 1 drops nothing, a simple one all', () => {
    expect(gruCell({ units: 1, dropout: 1.5, recurrentDropout: -1 }).config).toMatchObject({
      dropout: 1,
      recurrentDropout: 0,
    });
    scope(() => {
      const inputs = [ops.ones([1, 2]), ops.zeros([1, 2])];
      const options = { units: 2, dropout: 1, kernelInitializer: 'ones' } as const;
      expect(step(simpleRNNCell(options), inputs, true)[0]).toEqual([0, 0]);
      const gated = gruCell(options);
      expect(step(gated, inputs, true)).toEqual(step(gated, inputs));
    });
  });

  test('each gate has a mask of its own with implementation 1, or with recurrentDropout', () => {
    scope(() => {
      const gatesOf = (options: object): number[] => {
        const cell = new LSTMCell({ units: 1, dropout: 0.5, seed: 3, useBias: false, activation: null, ...options });
        cell.ensureBuilt([null, 1]);
        cell.setWeights([[[1, 1, 1, 1]], [[0, 0, 0, 0]]]);
        const [, , c] = step(cell, [ops.ones([64, 1]), ops.zeros([64, 1]), ops.zeros([64, 1])], true);
        cell.dispose();
        return [...new Set(c!.map((value) => value.toFixed(3)))].map(Number).sort();
      };
      // c' = σ(m₀) m₂, masks 0 or 2: one mask gives 0 and 2 σ(2), two give 2 σ(0) = 1 too
      expect(gatesOf({})).toEqual([0, 1.762]);
      expect(gatesOf({ implementation: 1 })).toEqual([0, 1, 1.762]);
      expect(gatesOf({ recurrentDropout: 0.5 })).toEqual([0, 1, 1.762]);
    });
  });

  test('dispose frees the state of the seed', () => {
    const { tensors } = memory();
    const cell = lstmCell({ units: 1, dropout: 0.5 });
    scope(() => step(cell, [ops.ones([1, 1]), ops.ones([1, 1]), ops.ones([1, 1])], true));
    cell.dispose();
    expect(memory().tensors).toBe(tensors);
  });
});

describe('arguments of cells', () => {
  test.each([SimpleRNNCell, LSTMCell, GRUCell])('%o refuses units that are no positive integer', (Cell) => {
    expect(() => new Cell({ units: 0 })).toThrow(
      `${Cell.className}: \`units\` must be a positive integer. Received: 0.`,
    );
  });

  test('ConvLSTMCell refuses strides with dilation, and spatial axes that are not known', () => {
    expect(() => convLstmCell({ rank: 2, filters: 1, kernelSize: 2, strides: 2, dilationRate: 2 })).toThrow(
      'ConvLSTMCell: `strides` must be 1 where dilationRate is above 1. Received: 2.',
    );
    expect(() => convLstmCell({ rank: 4, filters: 1, kernelSize: 2 })).toThrow(
      'ConvLSTMCell: `rank` must be 1, 2 or 3. Received: 4.',
    );
    const cell = convLstmCell({ rank: 2, filters: 1, kernelSize: 2, name: 'cell' });
    expect(() => cell.ensureBuilt([null, null, 4, 1])).toThrow(
      "Layer 'cell': the spatial axes of the input must be known when it is built. Received: [null, null, 4, 1].",
    );
  });
});
