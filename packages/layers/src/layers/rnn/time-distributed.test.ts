import { cpu } from '@capas/backend-cpu';
import { memory, ops, random, scope, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { maskOf } from '../../masking.ts';
import { sequential } from '../../models/sequential.ts';
import { checkLayer } from '../../testing/check-layer.ts';
import { Conv2D } from '../convolution/conv2d.ts';
import { Dense, dense } from '../core/dense.ts';
import { BatchNormalization } from '../normalization/batch-normalization.ts';
import { Dropout } from '../regularization/dropout.ts';
import { LSTM, lstm } from './lstm.ts';
import { TimeDistributed, timeDistributed } from './time-distributed.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('TimeDistributed', () => {
  test.each([
    {
      layer: () => new Dense({ units: 3, name: 'l' }),
      input: [4],
      output: [3],
      weights: { 'l/kernel': [4, 3], 'l/bias': [3] },
    },
    {
      layer: () => new Conv2D({ filters: 2, kernelSize: 2, name: 'l' }),
      input: [3, 3, 1],
      output: [2, 2, 2],
      weights: { 'l/kernel': [2, 2, 1, 2], 'l/bias': [2] },
    },
    {
      layer: () => new TimeDistributed({ layer: new Dense({ units: 3, name: 'm' }), name: 'l' }),
      input: [2, 4],
      output: [2, 3],
      weights: { 'l/m/kernel': [4, 3], 'l/m/bias': [3] },
    },
    {
      layer: () => new LSTM({ units: 2, name: 'l' }),
      input: [3, 4],
      output: [2],
      weights: { 'l/lstm_cell/kernel': [4, 8], 'l/lstm_cell/recurrent_kernel': [2, 8], 'l/lstm_cell/bias': [8] },
    },
  ])('keeps the layer contract around layer %#', ({ layer, input, output, weights }) => {
    checkLayer(TimeDistributed, {
      isExact: false, // in a loop in a loop, each sum is made before the next
      config: () => ({ layer: layer() }),
      inputShape: [2, 5, ...input],
      outputShape: [2, 5, ...output],
      weights,
    });
  });

  test('layers with statistics and layers that draw see one step at a time', () => {
    const norm = timeDistributed({ layer: new BatchNormalization({ momentum: 0.5 }) });
    const drop = timeDistributed({ layer: new Dropout({ rate: 0.5, seed: 1 }) });
    scope(() => {
      // each step is alike in all samples, so it is normalized to 0; the mean moves twice: 0 → 1 → 3.5
      const x = ops.array([
        [[2], [6]],
        [[2], [6]],
      ]);
      expect([...norm.apply(x, { training: true }).dataSync()]).toEqual([0, 0, 0, 0]);
      expect(norm.weights.find(({ name }) => name === 'moving_mean')!.value.dataSync()[0]).toBe(3.5);
      const dropped = ops.unstack(drop.apply(ops.ones([1, 2, 32]), { training: true }), { axis: 1 });
      const [first, second] = dropped.map((step) => [...step.dataSync()]);
      expect(first).not.toEqual(second);
    });
    norm.dispose();
    drop.dispose();
  });

  test('each step gets its part of the mask, which goes on with the output', () => {
    scope(() => {
      const inner = lstm({ units: 1 });
      const layer = timeDistributed({ layer: inner });
      const x = random.normal([1, 2, 3, 1]);
      const mask = ops.array(
        [
          [
            [true, false, false],
            [true, true, false],
          ],
        ],
        { dtype: 'bool' },
      );
      const output = layer.apply(x, { mask });
      expect(maskOf(output)).toBe(mask);
      const steps = [0, 1].map((t) =>
        inner.apply(ops.reshape(ops.slice(x, [0, t, 0, 0], [1, 1, 1 + t, 1]), [1, 1 + t, 1])),
      );
      expect([...output.dataSync()]).toEqual(steps.map((step) => step.dataSync()[0]));
    });
  });

  test('a model inside: what its layers add to the loss is added for all steps', () => {
    const { tensors } = memory();
    const layer = timeDistributed({
      layer: sequential([
        dense({ units: 1, useBias: false, kernelInitializer: 'ones', activityRegularizer: 'l1', inputShape: [2] }),
      ]) as never,
    });
    scope(() => {
      layer.apply(ops.ones([4, 3, 2]));
      // l1 = 0.01 of outputs 2, for three steps
      expect(layer.losses.map((loss) => loss.dataSync()[0])).toEqual([expect.closeTo(0.06, 6)]);
    });
    layer.dispose();
    expect(memory().tensors).toBe(tensors);
  });

  test('refuses what has no time axis, no step, or another mask', () => {
    const layer = timeDistributed({ layer: dense({ units: 1 }), name: 'each' });
    scope(() => {
      expect(() => layer.apply(ops.ones([2, 3]))).toThrow(
        "Layer 'each' expects an input of rank 3 or more, [batch, steps, …]. Received: input of shape [2, 3].",
      );
      expect(() => layer.apply(ops.ones([2, 0, 3]))).toThrow("Layer 'each' needs at least one step.");
      expect(() => layer.apply(ops.ones([2, 3, 4]), { mask: ops.ones([2, 4]) })).toThrow(
        "Layer 'each': the mask of an input of shape [2, 3, 4] must have the shape [2, 3]. Received: [2, 4].",
      );
      expect(() => layer.apply(ops.ones([2, 3, 4]), { mask: ops.ones([2]) })).toThrow('Received: [2].');
    });
    expect(() => timeDistributed({ layer: 'dense' as never })).toThrow(
      "TimeDistributed: `layer` must be a layer. Received: 'dense'.",
    );
    layer.dispose();
  });
});
