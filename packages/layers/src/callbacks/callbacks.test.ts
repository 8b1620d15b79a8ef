import { cpu } from '@capas/backend-cpu';
import { useBackend } from '@capas/core';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { sgd } from '../optimizers/index.ts';
import { linear, x, y } from '../testing/small-models.ts';
import type { Logs } from '../training/logs.ts';
import { CallbackList, EarlyStopping, earlyStopping, LambdaCallback, terminateOnNaN } from './index.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));
afterEach(() => vi.restoreAllMocks());

/** What a callback decides for these logs: after which epoch it stops, if it does, and its best epoch. */
function decide(stop: EarlyStopping, logs: readonly Logs[]): { stopsAfter: number | undefined; best: number } {
  const model = linear();
  stop.setModel(model as never);
  stop.onTrainBegin();
  const stopsAfter = logs.findIndex((log, epoch) => {
    stop.onEpochEnd(epoch, log);
    return model.stopTraining;
  });
  stop.onTrainEnd();
  return { stopsAfter: stopsAfter < 0 ? undefined : stopsAfter, best: stop.bestEpoch };
}

const losses = (...values: number[]): Logs[] => values.map((loss) => ({ val_loss: loss, val_accuracy: -loss }));

describe('EarlyStopping', () => {
  test.each([
    ['the first epoch that is not better', {}, losses(3, 2, 2.5, 1), 2, 1],
    ['after the patience', { patience: 2 }, losses(3, 2, 2.5, 2.4, 1), 3, 1],
    ['never, where it gets better', { patience: 2 }, losses(3, 2, 2.5, 1, 1.5), undefined, 3],
    ['a change that is too small does not count', { minDelta: 0.5 }, losses(3, 2.7), 1, 0],
    ['larger is better for an accuracy', { monitor: 'val_accuracy' }, losses(3, 2, 2.5), 2, 1],
    ['larger is better where it is said', { mode: 'max' }, losses(2, 3, 1), 2, 1],
    ['better than before, but not than the baseline', { baseline: 1, patience: 2 }, losses(3, 2, 2.5), 2, 1],
    ['the same without the baseline', { patience: 2 }, losses(3, 2, 2.5), undefined, 1],
    ['not before it is to start', { startFromEpoch: 2 }, losses(1, 2, 3, 4), 3, 2],
    ['a NaN is not better', {}, losses(3, Number.NaN), 1, 0],
  ] as const)('%s', (_, config, logs, stopsAfter, best) => {
    expect(decide(earlyStopping(config), logs)).toEqual({ stopsAfter, best });
  });

  test('a log that is not there is said once, and nothing is stopped', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    expect(decide(earlyStopping({ monitor: 'val_f1' }), losses(1, 2, 3)).stopsAfter).toBeUndefined();
    expect(warn.mock.calls).toEqual([
      ["capas: EarlyStopping watches 'val_f1', which is not among the logs: val_loss, val_accuracy."],
    ]);
  });

  test('says what it does where it is asked to', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    decide(earlyStopping({ verbose: 1, restoreBestWeights: true }), losses(1, 2));
    expect(log.mock.calls.flat()).toEqual([
      'Epoch 2: early stopping',
      'Restoring model weights from the end of the best epoch: 1.',
    ]);
  });

  test('can be used again', () => {
    const stop = earlyStopping();
    expect(decide(stop, losses(1, 2))).toEqual({ stopsAfter: 1, best: 0 });
    expect(decide(stop, losses(9, 8, 9))).toEqual({ stopsAfter: 2, best: 1 });
  });

  test.each([
    [{ patience: -1 }, 'EarlyStopping: `patience` must be an integer of at least 0. Received: -1.'],
    [{ mode: 'least' as 'min' }, "EarlyStopping: `mode` must be one of 'auto', 'min', 'max'. Received: 'least'."],
    [{ minDelta: Number.NaN }, 'EarlyStopping: `minDelta` must be a number. Received: NaN.'],
    [{ startFromEpoch: 0.5 }, 'EarlyStopping: `startFromEpoch` must be an integer of at least 0. Received: 0.5.'],
  ])('refuses %o', (config, message) => {
    expect(() => new EarlyStopping(config)).toThrow(message);
  });
});

describe('LambdaCallback', () => {
  test('knows tfjs’s names for the batches', async () => {
    const calls: string[] = [];
    const callback = new LambdaCallback({
      onBatchBegin: (batch) => void calls.push(`begin ${batch}`),
      onBatchEnd: (batch, logs) => void calls.push(`end ${batch} ${logs.loss}`),
    });
    await callback.onTrainBatchBegin(0);
    await callback.onTrainBatchEnd(0, { loss: 2 });
    expect(calls).toEqual(['begin 0', 'end 0 2']);
  });

  test('refuses a hook that there is not', () => {
    expect(() => new LambdaCallback({ onEpochDone: () => {} } as never)).toThrow(
      "Unknown callback hook: 'onEpochDone'",
    );
  });
});

describe('CallbackList', () => {
  test('watches batches only where somebody looks at them', () => {
    const watched = (hooks: object): boolean[] => {
      const list = new CallbackList(hooks);
      return [list.watchesBatches, list.watchesTestBatches, list.watchesProgress];
    };
    expect(watched({ onEpochEnd: () => {} })).toEqual([false, false, false]);
    expect(watched({ onTrainBatchEnd: () => {} })).toEqual([true, false, false]);
    expect(watched({ onTestBatchBegin: () => {} })).toEqual([false, true, false]);
    expect(watched({ onProgress: () => {} })).toEqual([false, false, true]);
    expect(new CallbackList(terminateOnNaN()).watchesBatches).toBe(true);
  });

  test('awaits one callback before the next', async () => {
    const calls: number[] = [];
    const slow = { onTrainBegin: () => new Promise<void>((done) => setTimeout(() => done(void calls.push(1)), 5)) };
    await new CallbackList([slow, { onTrainBegin: () => void calls.push(2) }]).call('onTrainBegin');
    expect(calls).toEqual([1, 2]);
  });
});

test('TerminateOnNaN stops at the first batch without a loss', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const model = linear();
  model.compile({ optimizer: sgd({ learningRate: 1e30 }), loss: 'mse' });
  const batches: number[] = [];
  const { epoch } = await model.fit(x, y, {
    batchSize: 1,
    epochs: 5,
    verbose: 0,
    callbacks: [{ onTrainBatchEnd: (batch) => void batches.push(batch) }, terminateOnNaN()],
  });
  expect(epoch).toEqual([0]);
  expect(batches.length).toBeLessThan(10);
  expect(warn.mock.calls.flat()[0]).toMatch(
    /^capas: batch \d: the loss is (NaN|Infinity); TerminateOnNaN stops training\.$/,
  );
});
