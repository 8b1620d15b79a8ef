import { cpu } from '@capas/backend-cpu';
import { activeExecutor, HostArray, ops, scope, type Tensor, useBackend } from '@capas/core';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { layers, losses, Model, metrics, optimizers, sequential } from '../index.ts';
import { clearSession } from '../naming.ts';
import { forked, x, y } from '../testing/small-models.ts';
import type { Batch } from './data-adapter.ts';

const quiet = { verbose: 0 } as const;

/** A model whose loss, metrics and prediction are its own. */
class Own extends Model {
  readonly dense = layers.dense({ units: 1, kernelInitializer: 'ones' });
  readonly distance = metrics.mean({ name: 'distance' });
  readonly inList = [metrics.mean({ name: 'largest' })];
  readonly calls: string[] = [];

  override call(inputs: Tensor): Tensor {
    return this.dense.apply(inputs);
  }

  override computeLoss({ y: [target] }: Batch, yPred: Tensor, { training }: { readonly training: boolean }): Tensor {
    this.calls.push(training ? 'train' : 'test');
    const loss = ops.mean(ops.abs(ops.subtract(target!, yPred)));
    this.distance.updateState(loss);
    return loss;
  }

  override computeMetrics(batch: Batch, yPred: Tensor): void {
    super.computeMetrics(batch, yPred);
    this.inList[0]!.updateState(ops.max(yPred));
  }

  override predictStep(batch: Batch): Tensor {
    return ops.multiply(this.apply(batch.x as Tensor), 2);
  }
}

const near = (values: readonly number[]): unknown[] => values.map((value) => expect.closeTo(value, 4));

beforeEach(clearSession);

describe.each(['js', 'wasm', 'native'] as const)('on %s', (backend) => {
  beforeAll(() => useBackend(cpu({ prefer: [backend] })));

  const compiled = (jitCompile: boolean): Own => {
    const model = new Own();
    model.compile({ optimizer: optimizers.sgd({ learningRate: 0.1 }), metrics: ['mae'], jitCompile });
    return model;
  };

  test('a loss, metrics and a prediction of one’s own, compiled as op by op', async () => {
    expect(activeExecutor()).toBeDefined();
    const runs: Record<string, number[]>[] = [];
    for (const jit of [false, true]) {
      const model = compiled(jit);
      const { history } = await model.fit(x, y, { ...quiet, batchSize: 5, epochs: 4, shuffle: false });
      expect(Object.keys(history)).toEqual(['distance', 'largest', 'loss', 'mae']);
      // the mean error of each sample is the loss and the metric alike
      expect(history['distance']).toEqual(near(history['loss']!));
      expect(history['mae']).toEqual(near(history['loss']!));
      const evaluated = await model.evaluate(x, y, quiet);
      expect(evaluated['distance']).toBeCloseTo(evaluated['mae']!, 5);
      const output = await model.predict(x);
      if (jit) expect(model.calls.length).toBeLessThan(12); // it was traced, and not called in each of the steps
      scope(() => {
        const doubled = ops.multiply(model.apply(x), 2);
        expect([...output.dataSync()]).toEqual(near([...doubled.dataSync()]));
      });
      runs.push({ ...history, output: [...output.dataSync()] });
      output.dispose();
      model.dispose();
    }
    for (const [name, values] of Object.entries(runs[0]!)) expect(runs[1]![name]).toEqual(near(values));
  });

  test('penalties of activities and added losses count, in each step', async () => {
    for (const jitCompile of [false, true]) {
      const model = sequential([
        layers.dense({
          units: 1,
          kernelInitializer: 'ones',
          useBias: false,
          activityRegularizer: 'l2',
          inputShape: [2],
        }),
      ]);
      model.compile({ optimizer: optimizers.sgd({ learningRate: 0 }), loss: 'mse', jitCompile });
      const samples = HostArray.from([
        [1, 2],
        [3, 4],
      ]);
      // outputs 3 and 7: 0.01 · (9 + 49) per sample
      const logs = await model.evaluate(samples, [[3], [7]], quiet);
      expect(logs.loss).toBeCloseTo((0.01 * 58) / 2, 5);
      const { history } = await model.fit(samples, [[3], [7]], { ...quiet, epochs: 2 });
      for (const loss of history.loss!) expect(loss).toBeCloseTo((0.01 * 58) / 2, 5);
      model.dispose();
    }
  });

  test('weights of time steps', async () => {
    const series = HostArray.from([
      [[1], [2], [3]],
      [[4], [5], [6]],
    ]);
    const sampleWeight = [
      [1, 0, 2],
      [0, 0, 1],
    ];
    const model = sequential([layers.dense({ units: 1, kernelInitializer: 'ones', inputShape: [3, 1] })]);
    model.compile({ optimizer: 'sgd', loss: 'mse', weightedMetrics: ['mae'], metrics: ['mae'] });
    const logs = await model.evaluate(series, HostArray.zeros([2, 3, 1]), { ...quiet, sampleWeight });
    expect(logs.loss).toBeCloseTo((1 + 2 * 9 + 36) / 6, 4);
    // the weighted mean of each sample, and of these
    expect(logs['weighted_mae']).toBeCloseTo((1 + 6 + 6) / 4, 4);
    expect(logs.mae).toBeCloseTo(3.5, 4);
    model.dispose();
  });
});

describe('names', () => {
  beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

  test('as in Keras: by output, each once, with val_', async () => {
    const model = forked();
    model.compile({
      optimizer: 'sgd',
      loss: 'mse',
      metrics: { sum: ['mae', 'mae'], diff: [metrics.meanSquaredError({ name: 'square' })] },
      weightedMetrics: { sum: ['mae'] },
    });
    expect(model.metricsNames).toEqual(['loss']);
    const { history } = await model.fit([x, x], [y, y], { ...quiet, validationData: [[x, x] as never, [y, y]] });
    const names = ['loss', 'sum_loss', 'diff_loss', 'sum_mae', 'sum_mae_1', 'diff_square', 'sum_weighted_mae'];
    expect(model.metricsNames).toEqual(names);
    expect(Object.keys(history).toSorted()).toEqual([...names, ...names.map((name) => `val_${name}`)].toSorted());
    expect(model.metrics.map(({ name }) => name)).toContain('square');
  });

  test('addMetric', async () => {
    const model = forked();
    const added = model.addMetric(metrics.mean({ name: 'batches' }));
    model.addMetric(added);
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    model.computeMetrics = (batch) => added.updateState(batch.size);
    const logs = await model.evaluate([x, x], [y, y], quiet);
    expect(logs['batches' as 'loss']).toBe(10);
    expect(model.metricsNames).toEqual(['loss', 'sum_loss', 'diff_loss', 'batches']);
  });

  test('a metric of one’s own named loss is the one that is logged', async () => {
    const model = new Own();
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    model.addMetric(metrics.mean({ name: 'loss' })).updateState(7);
    expect((await model.logs())['loss']).toBe(7);
    expect(model.metricsNames.filter((name) => name === 'loss')).toHaveLength(1);
  });

  test('a training step that has no loss of compile logs its own metrics alone', async () => {
    const model = new Own();
    model.trainStep = () => model.distance.updateState(3);
    model.compile({ optimizer: 'sgd' });
    const { history } = await model.fit(x, null, quiet);
    expect(history).toEqual({ distance: [3], largest: [0] });
  });
});

test('losses by name, class and function are one', async () => {
  await useBackend(cpu({ prefer: ['js'] }));
  const logs = [];
  for (const loss of [
    'mse',
    losses.meanSquaredError(),
    (a: Tensor, b: Tensor) => ops.mean(ops.square(ops.subtract(a, b)), { axis: -1 }),
  ] as const) {
    const model = sequential([layers.dense({ units: 1, kernelInitializer: 'ones', inputShape: [2] })]);
    model.compile({ optimizer: 'sgd', loss });
    logs.push(await model.evaluate(x, y, quiet));
  }
  expect(logs[1]).toEqual(logs[0]);
  expect(logs[2]).toEqual(logs[0]);
});
