import { cpu } from '@capas/backend-cpu';
import { memory, ops, type PartialShape, scope, type Tensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { Layer } from '../../layer.ts';
import type { LayerConfig } from '../../layer-config.ts';
import { checkLayer } from '../../testing/check-layer.ts';
import type { Weight } from '../../weight.ts';
import { Dense } from '../core/dense.ts';
import { ConvLSTMCell } from './conv-lstm-cell.ts';
import { GRUCell } from './gru-cell.ts';
import { LSTMCell } from './lstm-cell.ts';
import { RNN, rnn } from './rnn.ts';
import { SimpleRNNCell } from './simple-rnn-cell.ts';
import { StackedRNNCells, stackedRNNCells } from './stacked-rnn-cells.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

/** Keeps the sum of what it saw and counts the steps; its output, twice as wide, is no state. Starts counting at 1. */
class CountingCell extends Layer<LayerConfig & { readonly penalty?: number }> {
  static override readonly className = 'CountingCell';
  readonly stateSize = [2, 1];
  readonly outputSize = 4;
  scale!: Weight;

  override build(): void {
    this.scale = this.addWeight('scale', [], 'ones');
  }

  getInitialState(batchSize: number): Tensor[] {
    return [ops.zeros([batchSize, 2]), ops.ones([batchSize, 1])];
  }

  override call([x, sum, count]: readonly Tensor[]): Tensor[] {
    const next = ops.add(sum!, ops.multiply(x!, this.scale));
    if (this.config.penalty) this.addLoss(ops.multiply(ops.sum(x!), this.config.penalty));
    return [ops.concatenate([next, next], { axis: -1 }), next, ops.add(count!, 1)];
  }
}

/** Has neither outputSize nor getInitialState. */
class PlainCell extends Layer {
  static override readonly className = 'PlainCell';
  readonly stateSize = 3;
  kernel!: Weight;

  override build([, inputDim]: PartialShape): void {
    this.kernel = this.addWeight('kernel', [inputDim!, 3], 'ones');
  }

  override call([x, state]: readonly Tensor[]): Tensor[] {
    const output = ops.add(ops.matmul(x!, this.kernel), state!);
    return [output, output];
  }
}

const valuesOf = (result: unknown): number[][] =>
  (Array.isArray(result) ? result : [result]).map((tensor: Tensor) => [...tensor.dataSync()]);

describe('RNN', () => {
  test('keeps the layer contract with cells of ours', () => {
    checkLayer(RNN, {
      isExact: false, // a state's gradient is a sum of many
      config: () => ({ cell: new GRUCell({ units: 3, name: 'gate' }), returnSequences: true }),
      inputShape: [2, 5, 4],
      outputShape: [2, 5, 3],
      weights: { 'gate/kernel': [4, 9], 'gate/recurrent_kernel': [3, 9], 'gate/bias': [2, 9] },
    });
    checkLayer(RNN, {
      config: () => ({
        cell: new ConvLSTMCell({ rank: 1, filters: 2, kernelSize: 2, name: 'conv' }),
        returnState: true,
      }),
      inputShape: [2, 3, 4, 1],
      outputShape: [
        [2, 3, 2],
        [2, 3, 2],
        [2, 3, 2],
      ],
      weights: { 'conv/kernel': [2, 1, 8], 'conv/recurrent_kernel': [2, 2, 8], 'conv/bias': [8] },
    });
  });

  test('keeps it with a list of cells, and dropout in them', () => {
    checkLayer(RNN, {
      config: () => ({
        cell: [
          new LSTMCell({ units: 3, name: 'low', dropout: 0.5, seed: 1 }),
          new SimpleRNNCell({ units: 2, name: 'high', recurrentDropout: 0.5, seed: 2 }),
        ],
        returnState: true,
      }),
      inputShape: [2, 5, 4],
      outputShape: [
        [2, 2],
        [2, 3],
        [2, 3],
        [2, 2],
      ],
      weights: {
        'stacked_rnn_cells/low/kernel': [4, 12],
        'stacked_rnn_cells/low/recurrent_kernel': [3, 12],
        'stacked_rnn_cells/low/bias': [12],
        'stacked_rnn_cells/high/kernel': [3, 2],
        'stacked_rnn_cells/high/recurrent_kernel': [2, 2],
        'stacked_rnn_cells/high/bias': [2],
      },
    });
  });

  test('runs a cell of yours: its output need not be a state, and it says how it starts', () => {
    scope(() => {
      const x = ops.array([
        [
          [1, 10],
          [2, 20],
          [3, 30],
        ],
      ]);
      const options = { returnState: true };
      expect(valuesOf(rnn({ cell: new CountingCell(), ...options }).apply(x))).toEqual([[6, 60, 6, 60], [6, 60], [4]]);
      const backwards = rnn({ cell: new CountingCell(), returnSequences: true, goBackwards: true });
      expect(valuesOf(backwards.apply(x))).toEqual([[3, 30, 3, 30, 5, 50, 5, 50, 6, 60, 6, 60]]);
      expect(valuesOf(rnn({ cell: new CountingCell(), goBackwards: true }).apply(x))).toEqual([[6, 60, 6, 60]]);
      const mask = ops.array([[true, false, true]], { dtype: 'bool' });
      expect(valuesOf(rnn({ cell: new CountingCell(), ...options }).apply(x, { mask }))).toEqual([
        [4, 40, 4, 40],
        [4, 40],
        [3],
      ]);
      expect(valuesOf(rnn({ cell: new PlainCell() }).apply(x))).toEqual([[66, 66, 66]]);
    });
  });

  test('a stateful layer starts as its cell says, and is reset to zeros', () => {
    const layer = rnn({ cell: new CountingCell(), stateful: true });
    scope(() => {
      layer.apply(ops.ones([1, 3, 2]));
      expect(layer.states!.map(({ value }) => [...value.dataSync()])).toEqual([[3, 3], [4]]);
      layer.resetState();
      layer.apply(ops.ones([1, 3, 2]));
      expect(layer.states!.map(({ value }) => [...value.dataSync()])).toEqual([[3, 3], [3]]);
    });
    layer.dispose();
  });

  test('what a cell adds to the loss counts for every step', () => {
    const { tensors } = memory();
    const layer = rnn({ cell: new CountingCell({ penalty: 0.5 }) });
    scope(() => {
      layer.apply(ops.ones([1, 3, 2]));
      expect(layer.losses.map((loss) => loss.dataSync()[0])).toEqual([3]);
    });
    layer.dispose();
    expect(memory().tensors).toBe(tensors);
  });

  test('refuses what is no cell', () => {
    expect(() => rnn({ cell: new Dense({ units: 2 }) as never })).toThrow(
      'RNN: `cell` must be a layer with a `stateSize`, or a list of them.',
    );
    expect(() => rnn({ cell: 3 as never })).toThrow('RNN: `cell` must be');
  });
});

describe('StackedRNNCells', () => {
  test('keeps the layer contract', () => {
    checkLayer(StackedRNNCells, {
      config: () => ({ cells: [new LSTMCell({ units: 3, name: 'low' }), new GRUCell({ units: 2, name: 'high' })] }),
      inputShape: [
        [2, 4],
        [2, 3],
        [2, 3],
        [2, 2],
      ],
      outputShape: [
        [2, 2],
        [2, 3],
        [2, 3],
        [2, 2],
      ],
      weights: {
        'low/kernel': [4, 12],
        'low/recurrent_kernel': [3, 12],
        'low/bias': [12],
        'high/kernel': [3, 6],
        'high/recurrent_kernel': [2, 6],
        'high/bias': [2, 6],
      },
    });
  });

  test('has the states of all its cells and the output of the last', () => {
    const stack = stackedRNNCells({ cells: [new CountingCell(), new PlainCell()] });
    expect(stack.stateSize).toEqual([[2, 1], 3]);
    expect(stack.outputSize).toBe(3);
    scope(() => {
      // 1 + 2, twice, is the input of the second cell, whose kernel of ones sums it up
      expect(valuesOf(rnn({ cell: stack, returnState: true }).apply([[[1, 2]]]))).toEqual([
        [6, 6, 6],
        [1, 2],
        [2],
        [6, 6, 6],
      ]);
    });
    stack.dispose();
  });

  test('refuses what are no cells', () => {
    expect(() => stackedRNNCells({ cells: [] })).toThrow(
      'StackedRNNCells: `cells` must be a list of layers with a `stateSize`. Received: [].',
    );
  });
});
