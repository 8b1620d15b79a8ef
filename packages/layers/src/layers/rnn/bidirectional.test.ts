import { cpu } from '@capas/backend-cpu';
import { ops, scope, type Tensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { maskOf } from '../../masking.ts';
import { checkLayer } from '../../testing/check-layer.ts';
import { Dense } from '../core/dense.ts';
import { Bidirectional, type BidirectionalConfig, bidirectional } from './bidirectional.ts';
import { ConvLSTM1D } from './conv-lstm1d.ts';
import { GRU } from './gru.ts';
import { LSTM } from './lstm.ts';
import { RNN } from './rnn.ts';
import { SimpleRNN } from './simple-rnn.ts';
import { SimpleRNNCell } from './simple-rnn-cell.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

/** Adds up what it sees, in both directions. */
function summing(options: object = {}, config: Partial<BidirectionalConfig> = {}): Bidirectional {
  const layer = new Bidirectional({ ...config, layer: new SimpleRNN({ units: 1, activation: null, ...options }) });
  layer.ensureBuilt([1, null, 1]);
  layer.setWeights([[[1]], [[1]], [0], [[1]], [[1]], [0]]);
  return layer;
}

const valuesOf = (result: unknown): number[][] =>
  (Array.isArray(result) ? result : [result]).map((tensor: Tensor) => [...tensor.dataSync()]);

const x = [[[1], [2], [3]]];

describe('Bidirectional keeps the layer contract', () => {
  const weightsOf = (cell: string, gates: number, bias: number[]): Record<string, number[]> =>
    Object.fromEntries(
      ['forward_r', 'backward_r'].flatMap((name) => [
        [`${name}/${cell}/kernel`, [4, 3 * gates]],
        [`${name}/${cell}/recurrent_kernel`, [3, 3 * gates]],
        [`${name}/${cell}/bias`, bias],
      ]),
    );

  test.each([
    { mergeMode: 'concat', outputShape: [2, 5, 6] },
    { mergeMode: 'ave', outputShape: [2, 5, 3] },
    {
      mergeMode: null,
      outputShape: [
        [2, 5, 3],
        [2, 5, 3],
      ],
    },
  ] as const)('GRU, all steps, merged by $mergeMode', ({ mergeMode, outputShape }) => {
    checkLayer(Bidirectional, {
      isExact: false, // a state's gradient is a sum of many
      config: () => ({ layer: new GRU({ units: 3, returnSequences: true, name: 'r' }), mergeMode }),
      inputShape: [2, 5, 4],
      outputShape,
      weights: weightsOf('gru_cell', 3, [2, 9]),
    });
  });

  test('LSTM, last step and states', () => {
    const state = [2, 3];
    checkLayer(Bidirectional, {
      config: () => ({ layer: new LSTM({ units: 3, returnState: true, name: 'r' }), mergeMode: 'mul' as const }),
      inputShape: [2, 5, 4],
      outputShape: [state, state, state, state, state],
      weights: weightsOf('lstm_cell', 4, [12]),
    });
  });

  test('RNN of a cell, whose weights are made anew for each direction', () => {
    const cell = new SimpleRNNCell({ units: 3, name: 'simple' });
    checkLayer(Bidirectional, {
      config: () => ({ layer: new RNN({ cell, name: 'r' }) }),
      inputShape: [2, 5, 4],
      outputShape: [2, 6],
      weights: weightsOf('simple', 1, [3]),
    });
    expect(cell.weights).toEqual([]);
  });

  test('ConvLSTM1D, with another layer backwards', () => {
    checkLayer(Bidirectional, {
      config: () => ({
        layer: new ConvLSTM1D({ filters: 2, kernelSize: 2, padding: 'same', name: 'r' }),
        backwardLayer: new ConvLSTM1D({ filters: 2, kernelSize: 1, goBackwards: true, name: 'back' }),
      }),
      inputShape: [2, 3, 4, 1],
      outputShape: [2, 4, 4],
      weights: {
        'forward_r/conv_lstm_cell/kernel': [2, 1, 8],
        'forward_r/conv_lstm_cell/recurrent_kernel': [2, 2, 8],
        'forward_r/conv_lstm_cell/bias': [8],
        'back/conv_lstm_cell/kernel': [1, 1, 8],
        'back/conv_lstm_cell/recurrent_kernel': [1, 2, 8],
        'back/conv_lstm_cell/bias': [8],
      },
    });
  });
});

describe('Bidirectional, by hand', () => {
  test('the outputs of both directions for a step stand in one place', () => {
    scope(() => {
      // forward 1, 3, 6; backward, in order of time, 6, 5, 3
      const all = { returnSequences: true };
      expect(valuesOf(summing(all).apply(x))).toEqual([[1, 6, 3, 5, 6, 3]]);
      expect(valuesOf(summing(all, { mergeMode: 'sum' }).apply(x))).toEqual([[7, 8, 9]]);
      expect(valuesOf(summing(all, { mergeMode: 'mul' }).apply(x))).toEqual([[6, 15, 18]]);
      expect(valuesOf(summing(all, { mergeMode: 'ave' }).apply(x))).toEqual([[3.5, 4, 4.5]]);
      expect(valuesOf(summing(all, { mergeMode: null }).apply(x))).toEqual([
        [1, 3, 6],
        [6, 5, 3],
      ]);
      expect(valuesOf(summing().apply(x))).toEqual([[6, 6]]);
    });
  });

  test('masked steps put out 0 in both directions', () => {
    scope(() => {
      const mask = ops.array([[true, false, true]], { dtype: 'bool' });
      const layer = summing({ returnSequences: true });
      const output = layer.apply(x, { mask });
      expect(valuesOf(output)).toEqual([[1, 4, 0, 0, 4, 3]]);
      expect(maskOf(output)).toBe(mask);
      expect(maskOf(summing().apply(x, { mask }))).toBeUndefined();
      const both = summing({ returnSequences: true }, { mergeMode: null }).apply(x, { mask }) as unknown as Tensor[];
      expect(both.map(maskOf)).toEqual([mask, mask]);
    });
  });

  test('initial states: forward ones, then backward ones', () => {
    scope(() => {
      const layer = summing();
      const states = [ops.array([[10]]), ops.array([[20]])];
      expect(valuesOf(layer.apply(x, { initialState: states }))).toEqual([[16, 26]]);
      expect(valuesOf(layer.apply([ops.array(x), ...states]))).toEqual([[16, 26]]);
      expect(() => layer.apply(x, { initialState: states.slice(1) })).toThrow(
        '`initialState` must be a list of forward states and as many backward states.',
      );
    });
  });

  test('stateful layers keep the states of both directions', () => {
    const layer = summing({ stateful: true });
    scope(() => {
      expect(valuesOf(layer.apply(x))).toEqual([[6, 6]]);
      expect(valuesOf(layer.apply(x))).toEqual([[12, 12]]);
      expect(layer.states).toHaveLength(2);
      layer.resetState();
      expect(valuesOf(layer.apply(x))).toEqual([[6, 6]]);
    });
    layer.dispose();
    expect(() => summing({ name: 'sum' }, { name: 'both' }).resetState()).toThrow(
      "Layer 'both' is not stateful: it keeps no state.",
    );
  });
});

describe('arguments of Bidirectional', () => {
  const forward = new LSTM({ units: 1 });

  test.each([
    [{ layer: new Dense({ units: 1 }) }, '`layer` must be a recurrent layer.'],
    [
      { layer: forward, mergeMode: 'max' as never },
      "`mergeMode` must be one of 'sum', 'mul', 'ave', 'concat' or null. Received: 'max'.",
    ],
    [
      { layer: forward, backwardLayer: new LSTM({ units: 1 }) },
      '`backwardLayer` must be a layer with goBackwards true, opposite to `layer`.',
    ],
    [
      { layer: forward, backwardLayer: new LSTM({ units: 1, goBackwards: true, returnState: true }) },
      '`backwardLayer` must be a layer with returnState false, as `layer` has. Received: true.',
    ],
  ])('refuses %#', (config, message) => {
    expect(() => bidirectional(config)).toThrow(`Bidirectional: ${message}`);
  });

  test('a layer that goes backwards needs another one that goes forward', () => {
    expect(() => bidirectional({ layer: new LSTM({ units: 1, goBackwards: true }) })).toThrow('goBackwards false');
  });
});
