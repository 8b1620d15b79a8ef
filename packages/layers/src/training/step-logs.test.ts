import { cpu } from '@capas/backend-cpu';
import { memory, ops, scope, type Tensor, useBackend, valueAndGradients } from '@capas/core';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Functional, input, Layer, layers, Model, metrics, optimizers, type StepLogs } from '../index.ts';
import { clearSession } from '../naming.ts';
import type { Batch } from './data-adapter.ts';
import type { Logs } from './logs.ts';

const quiet = { verbose: 0, batchSize: 2, shuffle: false } as const;
const x = [
  [1, 2],
  [3, 4],
  [5, 6],
  [7, 9],
];
const y = [[1], [2], [3], [4]];

/** A training loop of its own, which logs what it returns. */
class Loop extends Model {
  readonly dense = layers.dense({ units: 1, kernelInitializer: 'ones' });
  readonly own = metrics.mean({ name: 'own' });
  returns: (loss: Tensor) => StepLogs | undefined = (loss) => ({ twice: ops.multiply(2, loss), raw: loss });

  override call(inputs: Tensor): Tensor {
    return this.dense.apply(inputs);
  }

  override trainStep(batch: Batch): StepLogs | undefined {
    const weights = this.trainableWeights;
    const { value, gradients } = valueAndGradients(
      () => ops.mean(ops.square(ops.subtract(batch.y[0]!, this.apply(batch.x as Tensor)))),
      weights,
    );
    this.optimizer.apply(gradients, weights);
    this.own.updateState(value);
    return this.returns(value);
  }

  override testStep({ x: samples, y: [target] }: Batch): StepLogs {
    return { err: ops.max(ops.abs(ops.subtract(target!, this.apply(samples as Tensor)))) };
  }
}

/** Keeps a mean of what it sees. */
class Seeing extends Layer {
  static override readonly className = 'Seeing';
  readonly seen = metrics.mean({ name: 'seen' });
  readonly dense = layers.dense({ units: 1, kernelInitializer: 'ones' });

  override call(inputs: Tensor): Tensor {
    this.seen.updateState(ops.mean(inputs));
    return this.dense.apply(inputs);
  }
}

const near = (values: readonly number[]): unknown[] => values.map((value) => expect.closeTo(value, 4));

beforeEach(clearSession);

describe.each([
  ['js', false],
  ['js', true],
  ['native', true],
] as const)('on %s, compiled: %s', (backend, jitCompile) => {
  beforeAll(() => useBackend(cpu({ prefer: [backend] })));

  const loop = (): Loop => {
    const model = new Loop();
    model.compile({ optimizer: optimizers.sgd({ learningRate: 0.01 }), loss: 'mse', jitCompile });
    return model;
  };

  // the numbers are those of Keras 3.15.1
  test('what steps return is logged: that of the last batch', async () => {
    const model = loop();
    const seen: Logs[] = [];
    const callbacks = { onTrainBatchEnd: (_: number, logs: Logs) => void seen.push(logs) };
    const { history } = await model.fit(x, y, { ...quiet, epochs: 2, callbacks, validationData: [x, y] });
    expect(history).toEqual({
      raw: near([52.71300506591797, 19.588088989257812]),
      twice: near([105.42601013183594, 39.176177978515625]),
      val_err: near([7.735799789428711, 4.90572452545166]),
    });
    expect(seen.map(({ raw }) => raw)).toEqual(near([14.5, 52.71300506591797, 9.048078536987305, 19.588088989257812]));
    expect(await model.evaluate(x, y, { batchSize: 2, verbose: 0 })).toEqual({
      err: expect.closeTo(4.90572452545166, 4),
    });
    expect(Object.keys(await model.trainOnBatch(x, y))).toEqual(['raw', 'twice']);
    model.dispose();
  });

  test('the metrics, where these or nothing is returned', async () => {
    const histories = [];
    for (const returns of [() => undefined, 'result', 'more'] as const) {
      const model = loop();
      model.returns = returns === 'result' ? () => model.getMetricsResult() : returns === 'more' ? (loss) => ({ ...model.getMetricsResult(), raw: loss }) : returns; // biome-ignore format: one line
      const { history } = await model.fit(x, y, { ...quiet, epochs: 1 });
      histories.push(history);
      model.dispose();
    }
    const [none, result, more] = histories;
    expect(none!['own']).toEqual(near([(14.5 + 52.71300506591797) / 2]));
    expect(result).toEqual(none);
    expect(more).toEqual({ ...none, raw: near([52.71300506591797]) });
  });

  test('nothing is left over', async () => {
    const { tensors } = memory();
    const model = loop();
    await model.fit(x, y, { ...quiet, epochs: 1 });
    const during = memory().tensors;
    await model.fit(x, y, { ...quiet, epochs: 3 });
    expect(memory().tensors).toBe(during);
    model.optimizer.dispose();
    model.dispose();
    model.own.dispose();
    expect(memory().tensors).toBe(tensors);
  });

  test('metrics in layers are logged, and start anew with each epoch', async () => {
    const inputs = input({ shape: [2] });
    const layer = new Seeing();
    const model = new Functional({ inputs, outputs: layer.apply(inputs) });
    model.compile({ optimizer: 'sgd', loss: 'mse', metrics: ['mae'], jitCompile });
    const { history } = await model.fit(x, y, { ...quiet, epochs: 2, validationData: [x.slice(0, 2), y.slice(0, 2)] });
    expect(history).toEqual({
      loss: near([33.606502532958984, 14.318083763122559]),
      mae: near([5.305000305175781, 3.6227517127990723]),
      seen: near([4.625, 4.625]),
      val_loss: near([9.048078536987305, 1.8848956823349]),
      val_mae: near([2.8691999912261963, 1.2175166606903076]),
      val_seen: near([2.5, 2.5]),
    });
    expect(await model.evaluate(x, y, { verbose: 0 })).toMatchObject({ seen: expect.closeTo(4.625, 5) });
    model.resetMetrics();
    expect(scope(() => layer.seen.result().dataSync()[0])).toBe(0);
    model.dispose();
  });

  test.each<[string, unknown]>([
    ['trainStep: `logs` must be a record of scalars, or nothing. Received: 3.', 3],
    ['trainStep: `logs.a` must be a number or a scalar tensor.', { a: 'b' }],
  ])('%s', async (message, returned) => {
    const model = loop();
    model.returns = () => returned as never;
    await expect(model.fit(x, y, quiet)).rejects.toThrow(message);
    model.dispose();
  });
});
