import { cpu } from '@capas/backend-cpu';
import { memory, ops, scope, type Tensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { maskOf } from '../../masking.ts';
import { model } from '../../models/functional.ts';
import { sequential } from '../../models/sequential.ts';
import type { SymbolicTensor } from '../../symbolic-tensor.ts';
import { checkLayer } from '../../testing/check-layer.ts';
import { input } from '../core/input-layer.ts';
import { ConvLSTM1D } from './conv-lstm1d.ts';
import { ConvLSTM2D, convLstm2d } from './conv-lstm2d.ts';
import { ConvLSTM3D } from './conv-lstm3d.ts';
import { GRU, gru } from './gru.ts';
import { gruCell } from './gru-cell.ts';
import { LSTM, lstm } from './lstm.ts';
import { lstmCell } from './lstm-cell.ts';
import { rnn } from './rnn.ts';
import { SimpleRNN, simpleRNN } from './simple-rnn.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

/** A layer of one unit that adds up what it sees: `h[t] = x[t] + h[t − 1]`. */
function summing(options: object = {}): SimpleRNN {
  const layer = simpleRNN({ units: 1, activation: null, ...options });
  layer.ensureBuilt((options as { batch?: number }).batch ? [2, null, 1] : [null, null, 1]);
  layer.setWeights([[[1]], [[1]], [0]]);
  return layer;
}

const valuesOf = (result: unknown): number[][] =>
  (Array.isArray(result) ? result : [result]).map((tensor: Tensor) => [...tensor.dataSync()]);

const column = (...values: number[]): number[][][] => [values.map((value) => [value])];

describe('recurrent layers keep the layer contract', () => {
  const weightsOf = (cell: string, gates: number, bias: number[]): Record<string, number[]> => ({
    [`${cell}/kernel`]: [4, 3 * gates],
    [`${cell}/recurrent_kernel`]: [3, 3 * gates],
    [`${cell}/bias`]: bias,
  });

  test.each([
    { options: {}, out: [2, 3] },
    { options: { returnSequences: true, goBackwards: true }, out: [2, 5, 3] },
    {
      options: { returnState: true, dropout: 0.5, recurrentDropout: 0.25, seed: 1 },
      out: [
        [2, 3],
        [2, 3],
      ],
    },
    { options: { returnSequences: true, unroll: true, activityRegularizer: 'l2' } as const, out: [2, 5, 3] },
  ])('SimpleRNN $options', ({ options, out }) => {
    const weights = weightsOf('simple_rnn_cell', 1, [3]);
    checkLayer(SimpleRNN, {
      config: { units: 3, ...options },
      inputShape: [2, 5, 4],
      outputShape: out as number[],
      weights,
    });
  });

  test.each([
    { options: {}, out: [2, 3] },
    {
      options: { returnSequences: true, returnState: true },
      out: [
        [2, 5, 3],
        [2, 3],
        [2, 3],
      ],
    },
    { options: { goBackwards: true, dropout: 0.5, seed: 1 }, out: [2, 3] },
  ])('LSTM $options', ({ options, out }) => {
    const weights = weightsOf('lstm_cell', 4, [12]);
    checkLayer(LSTM, {
      config: { units: 3, ...options },
      inputShape: [2, 5, 4],
      outputShape: out as number[],
      weights,
    });
  });

  test.each([
    { options: {}, bias: [2, 9] },
    { options: { resetAfter: false, recurrentDropout: 0.5, seed: 1 }, bias: [9] },
  ])('GRU $options', ({ options, bias }) => {
    const weights = weightsOf('gru_cell', 3, bias);
    checkLayer(GRU, {
      config: { units: 3, ...options },
      inputShape: [2, 5, 4],
      outputShape: [2, 3],
      weights,
    });
  });

  test.each([
    { Layer: ConvLSTM1D, rank: 1, inputShape: [2, 3, 4, 1], outputShape: [2, 3, 2] },
    { Layer: ConvLSTM2D, rank: 2, inputShape: [2, 3, 4, 4, 1], outputShape: [2, 3, 3, 2] },
    { Layer: ConvLSTM3D, rank: 3, inputShape: [2, 3, 3, 3, 3, 1], outputShape: [2, 2, 2, 2, 2] },
  ])('$Layer.className', ({ Layer, rank, inputShape, outputShape }) => {
    const size = new Array<number>(rank).fill(2);
    checkLayer(Layer, {
      config: { filters: 2, kernelSize: 2 },
      inputShape,
      outputShape,
      weights: {
        'conv_lstm_cell/kernel': [...size, 1, 8],
        'conv_lstm_cell/recurrent_kernel': [...size, 2, 8],
        'conv_lstm_cell/bias': [8],
      },
    });
  });

  test('ConvLSTM2D with all steps, states, dropout, and channels first', () => {
    checkLayer(ConvLSTM2D, {
      config: {
        filters: 2,
        kernelSize: [3, 2],
        padding: 'same',
        dataFormat: 'channelsFirst',
        dropout: 0.5,
        returnSequences: true,
        returnState: true,
      },
      inputShape: [2, 3, 1, 4, 5],
      outputShape: [
        [2, 3, 2, 4, 5],
        [2, 2, 4, 5],
        [2, 2, 4, 5],
      ],
      weights: {
        'conv_lstm_cell/kernel': [3, 2, 1, 8],
        'conv_lstm_cell/recurrent_kernel': [3, 2, 2, 8],
        'conv_lstm_cell/bias': [8],
      },
    });
  });
});

describe('sequences, by hand', () => {
  test('each output is made of the step and the output before', () => {
    scope(() => {
      expect(valuesOf(summing().apply(column(1, 2, 3)))).toEqual([[6]]);
      expect(valuesOf(summing({ returnSequences: true }).apply(column(1, 2, 3)))).toEqual([[1, 3, 6]]);
      expect(valuesOf(summing({ returnState: true }).apply(column(1, 2, 3)))).toEqual([[6], [6]]);
    });
  });

  test('backwards the outputs stand in the order in which they were made', () => {
    scope(() => {
      const layer = summing({ returnSequences: true, returnState: true, goBackwards: true });
      expect(valuesOf(layer.apply(column(1, 2, 3)))).toEqual([[3, 5, 6], [6]]);
    });
  });

  test('a single step, and a single sample', () => {
    scope(() => {
      expect(valuesOf(summing({ returnSequences: true }).apply(column(4)))).toEqual([[4]]);
    });
  });

  test('an output and the state that it is are two tensors', () => {
    const layer = summing({ returnState: true });
    const [output, state] = layer.apply(column(1, 2)) as unknown as [Tensor, Tensor];
    output.dispose();
    expect([...state.dataSync()]).toEqual([3]);
    state.dispose();
    layer.dispose();
  });
});

describe('masks', () => {
  const x = column(1, 2, 3, 4);
  const masked = (options: object, mask: readonly boolean[]): number[][] =>
    valuesOf(summing({ returnSequences: true, ...options }).apply(x, { mask: ops.array([mask], { dtype: 'bool' }) }));

  test('a masked step changes no state and repeats the output, 0 before the first', () => {
    scope(() => {
      expect(masked({}, [false, true, false, true])).toEqual([[0, 2, 2, 6]]);
      expect(masked({ unroll: true }, [false, true, false, true])).toEqual([[0, 2, 2, 6]]);
      expect(masked({ returnSequences: false }, [true, true, false, false])).toEqual([[3]]);
    });
  });

  test('before the first step that counts the output is 0, whatever the state', () => {
    scope(() => {
      const mask = ops.array([[false, true]], { dtype: 'bool' });
      const layer = summing({ returnSequences: true, returnState: true });
      expect(valuesOf(layer.apply(column(1, 2), { mask, initialState: [[5]] }))).toEqual([[0, 7], [7]]);
    });
  });

  test('with zeroOutputForMask its output is 0, also the last one', () => {
    scope(() => {
      expect(masked({ zeroOutputForMask: true }, [true, false, true, false])).toEqual([[1, 0, 4, 0]]);
      expect(
        masked({ zeroOutputForMask: true, returnSequences: false, returnState: true }, [true, false, true, false]),
      ).toEqual([[0], [4]]);
    });
  });

  test('backwards the mask turns with the steps', () => {
    scope(() => {
      const options = { goBackwards: true, zeroOutputForMask: true };
      expect(masked(options, [true, true, true, false])).toEqual([[0, 3, 5, 6]]);
      // as in Keras, where it is unrolled the mask does not turn for the zeros: outputs 0, 3, 5, 6 in the order made
      expect(masked({ ...options, unroll: true }, [true, true, true, false])).toEqual([[0, 3, 5, 0]]);
      expect(masked({ goBackwards: true }, [true, true, false, false])).toEqual([[0, 0, 2, 3]]);
    });
  });

  test('a mask of another dtype, or with a last axis, is understood', () => {
    scope(() => {
      const layer = summing({ returnSequences: true });
      expect(valuesOf(layer.apply(x, { mask: ops.array([[[1], [0], [1], [1]]]) }))).toEqual([[1, 1, 4, 8]]);
      expect(valuesOf(layer.apply(x, { mask: [ops.array([[1, 0, 1, 1]], { dtype: 'int32' })] }))).toEqual([
        [1, 1, 4, 8],
      ]);
    });
  });

  test('the mask goes on with the outputs of all steps alone', () => {
    scope(() => {
      const mask = ops.array([[true, false]], { dtype: 'bool' });
      const [all, state] = summing({ returnSequences: true, returnState: true }).apply(column(1, 2), {
        mask,
      }) as unknown as [Tensor, Tensor];
      expect(maskOf(all)).toBe(mask);
      expect(maskOf(state)).toBeUndefined();
      expect(maskOf(summing().apply(column(1, 2), { mask }))).toBeUndefined();
    });
  });

  test('refuses a mask of another shape', () => {
    scope(() => {
      const layer = summing({ name: 'sums' });
      expect(() => layer.apply(x, { mask: ops.ones([1, 3]) })).toThrow(
        "Layer 'sums': the mask of an input of shape [1, 4, 1] must have the shape [1, 4]. Received: [1, 3].",
      );
    });
  });
});

describe('initial states', () => {
  test('are given as one, as a list, or behind the input', () => {
    scope(() => {
      const layer = summing();
      const state = ops.array([[10]]);
      for (const initialState of [state, [state], [[10]], [[[10]]]])
        expect(valuesOf(layer.apply(column(1, 2), { initialState }))).toEqual([[13]]);
      expect(valuesOf(layer.apply([ops.array(column(1, 2)), state]))).toEqual([[13]]);
    });
  });

  test('may be symbolic: a decoder that starts with the states of an encoder', () => {
    const [source, target] = [input({ shape: [3, 2] }), input({ shape: [4, 2] })];
    const [, h, c] = lstm({ units: 5, returnState: true })(source) as unknown as SymbolicTensor[];
    const decoder = lstm({ units: 5, returnSequences: true });
    const outputs = decoder(target, { initialState: [h!, c!] });
    const net = model({ inputs: [source, target], outputs });
    scope(() => {
      const [a, b] = [ops.ones([2, 3, 2]), ops.ones([2, 4, 2])];
      const result = net.apply([a, b]);
      expect(result.shape).toEqual([2, 4, 5]);
      expect(valuesOf(net.apply([ops.zeros([2, 3, 2]), b]))).not.toEqual(valuesOf(result));
    });
    net.dispose();
  });

  test('refuses another number of them, or other shapes', () => {
    scope(() => {
      const layer = lstm({ units: 2, name: 'memory' });
      const x = ops.ones([3, 4, 1]);
      expect(() => layer.apply(x, { initialState: ops.ones([3, 2]) })).toThrow(
        "Layer 'memory': `initialState` must be 2 tensors of the shapes [3, 2], [3, 2]. Received: [3, 2].",
      );
      expect(() => gru({ units: 2, name: 'gate' }).apply(x, { initialState: ops.ones([3, 1]) })).toThrow(
        "Layer 'gate': `initialState` must be a tensor of shape [3, 2]. Received: [3, 1].",
      );
    });
  });
});

test('a list in a list, as stacked cells have their states', () => {
  scope(() => {
    const layer = rnn({ cell: [lstmCell({ units: 2 }), gruCell({ units: 3 })] });
    const [h, c, g] = [ops.ones([1, 2]), ops.zeros([1, 2]), ops.ones([1, 3])];
    const flat = layer.apply(column(1, 2), { initialState: [h, c, g] });
    expect(valuesOf(layer.apply(column(1, 2), { initialState: [[h, c], [g]] as never }))).toEqual(valuesOf(flat));
  });
});

describe('stateful layers', () => {
  test('go on where the batch before ended, until they are reset', () => {
    const layer = summing({ stateful: true, batch: 2 });
    scope(() => {
      const batch = ops.array([
        [[1], [2]],
        [[10], [20]],
      ]);
      expect(valuesOf(layer.apply(batch))).toEqual([[3, 30]]);
      expect(valuesOf(layer.apply(batch))).toEqual([[6, 60]]);
      expect(valuesOf(layer.apply(batch, { initialState: [[0], [1]] }))).toEqual([[3, 31]]);
      expect(layer.states!.map(({ value }) => [...value.dataSync()])).toEqual([[3, 31]]);
      layer.resetState();
      expect(valuesOf(layer.apply(batch))).toEqual([[3, 30]]);
    });
    // weights are what is saved and trained: the state is none
    expect(layer.weights.map(({ name }) => name)).toEqual(['kernel', 'recurrent_kernel', 'bias']);
    layer.dispose();
  });

  test('keep nothing but their states, which dispose frees', () => {
    const { tensors } = memory();
    const layer = summing({ stateful: true, batch: 2 });
    for (let i = 0; i < 2; i++) scope(() => void layer.apply(ops.ones([2, 3, 1])));
    expect(memory().tensors).toBe(tensors + 4);
    layer.dispose();
    expect(memory().tensors).toBe(tensors);
  });

  test('need to know the batch size, and get no other', () => {
    expect(() => sequential([lstm({ units: 1, stateful: true, name: 'memory', inputShape: [3, 1] })])).toThrow(
      "Layer 'memory' is stateful: the batch size must be known when it is built.",
    );
    const net = sequential([lstm({ units: 1, stateful: true, name: 'memory', batchInputShape: [2, 3, 1] })]);
    scope(() => {
      expect(() => net.layers[0]!.apply(ops.ones([4, 3, 1]))).toThrow(
        "Layer 'memory' is stateful and keeps the states of 2 samples: every batch must have as many. Received: 4.",
      );
    });
    net.dispose();
  });
});

describe('dropout', () => {
  test('drops the same elements in every step, others in the next call', () => {
    const layer = simpleRNN({ units: 6, dropout: 0.5, activation: null, returnSequences: true, seed: 2 });
    layer.ensureBuilt([null, null, 6]);
    scope(() => {
      layer.setWeights([ops.eye(6), ops.zeros([6, 6]), ops.zeros([6])]);
      const draw = (): number[][] =>
        ops
          .unstack(layer.apply(ops.ones([1, 4, 6]), { training: true }), { axis: 1 })
          .map((step) => [...step.dataSync()]);
      const [first, ...others] = draw();
      expect(new Set(first)).toEqual(new Set([0, 2]));
      for (const step of others) expect(step).toEqual(first);
      expect(draw()[0]).not.toEqual(first);
      expect(valuesOf(layer.apply(ops.ones([1, 1, 6])))).toEqual([[1, 1, 1, 1, 1, 1]]);
    });
    layer.dispose();
  });
});

describe('arguments', () => {
  test('refuses what is no sequence, has other features, or no step', () => {
    const layer = lstm({ units: 2, name: 'memory' });
    scope(() => {
      expect(() => layer.apply(ops.ones([2, 3]))).toThrow(
        "Layer 'memory' expects an input of rank 3 (with the batch axis). Received: input of shape [2, 3].",
      );
      layer.apply(ops.ones([2, 3, 4]));
      expect(() => layer.apply(ops.ones([2, 3, 5]))).toThrow(
        "Layer 'memory' expects an input whose axis 2 has size 4.",
      );
      expect(() => layer.apply(ops.ones([2, 0, 4]))).toThrow(
        "Layer 'memory' needs at least one step. Received: input of shape [2, 0, 4].",
      );
    });
    layer.dispose();
  });

  test('useCudnn is understood, and changes nothing', () => {
    for (const useCudnn of ['auto', true, false] as const)
      expect(lstm({ units: 1, useCudnn }).config).not.toHaveProperty('useCudnn');
    expect(() => gru({ units: 1, useCudnn: 'no' as never })).toThrow(
      "GRU: `useCudnn` must be 'auto', true or false. Received: 'no'.",
    );
  });

  test('the number of steps may be unknown', () => {
    expect(
      convLstm2d({ filters: 2, kernelSize: 3, returnSequences: true })(input({ shape: [null, 5, 6, 1] })).shape,
    ).toEqual([null, null, 3, 4, 2]);
  });

  test('frozen layers train nothing', () => {
    const layer = gru({ units: 2, trainable: false });
    layer.ensureBuilt([null, 3, 4]);
    expect(layer.trainableWeights).toEqual([]);
    expect(layer.nonTrainableWeights).toHaveLength(3);
  });
});
