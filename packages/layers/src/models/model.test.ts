import { cpu } from '@capas/backend-cpu';
import { HostArray, memory, ops, scope, type Tensor, toTensor, useBackend } from '@capas/core';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Layer } from '../layer.ts';
import type { CallOptions } from '../layer-config.ts';
import { batchNormalization, type Dense, dense, dropout, input } from '../layers/index.ts';
import { clearSession } from '../naming.ts';
import type { Weight } from '../weight.ts';
import { model } from './functional.ts';
import { Model } from './model.ts';
import { sequential } from './sequential.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));
beforeEach(clearSession);

class Blocks extends Model {
  static override readonly className = 'Blocks';
  readonly first = dense({ units: 2 });
  readonly list = [dense({ units: 2 }), dense({ units: 2 })];
  readonly byName = { up: dense({ units: 2 }), down: dense({ units: 2 }) };
  readonly notALayer = { shape: [1, 2], count: 3 };

  override call(x: Tensor): Tensor {
    return [this.first, ...this.list, this.byName.up, this.byName.down].reduce((value, layer) => layer.apply(value), x);
  }
}

class Scale extends Layer {
  static override readonly className = 'Scale';
  factor!: Weight;

  override build(): void {
    this.factor = this.addWeight('factor', [], 'ones');
  }

  override call(x: Tensor): Tensor {
    return ops.multiply(x, this.factor);
  }
}

describe('a subclass', () => {
  test('finds its layers in fields, lists and records, in the order they were set', () => {
    const blocks = new Blocks();
    expect(blocks.layers.map(({ name }) => name)).toEqual(['dense', 'dense_1', 'dense_2', 'dense_3', 'dense_4']);
    expect(blocks.name).toBe('blocks');
    scope(() => void expect(blocks([[1, 2, 3]]).shape).toEqual([1, 2]));
    expect(blocks.weights.map(({ path }) => path)).toEqual(
      ['dense', 'dense_1', 'dense_2', 'dense_3', 'dense_4'].flatMap((name) => [
        `blocks/${name}/kernel`,
        `blocks/${name}/bias`,
      ]),
    );
    expect(blocks.countParams()).toBe(3 * 2 + 2 + 4 * (2 * 2 + 2));
  });

  test('a layer that stands in two places counts once', () => {
    class Tied extends Model {
      readonly one: Dense = dense({ units: 1 });
      readonly same = [this.one];
      override call(x: Tensor): Tensor {
        return this.one.apply(x);
      }
    }
    const tied = new Tied();
    scope(() => void tied([[1]]));
    expect(tied.weights).toHaveLength(2);
  });

  test('its own layers have weights, paths and a shape without a word about it', () => {
    const net = sequential([new Scale(), new Scale()]);
    net.ensureBuilt([null, 3]);
    expect(net.weights.map(({ path }) => path)).toEqual(['sequential/scale/factor', 'sequential/scale_1/factor']);
    expect(net.outputShapes).toEqual([[null, 3]]); // tried on zeros
  });

  test('passes training on where it says so', () => {
    class Passing extends Model {
      readonly drop = dropout({ rate: 1 });
      override call(x: Tensor, { training }: CallOptions): Tensor {
        return this.drop.apply(x, { training });
      }
    }
    scope(() => {
      expect(new Passing()([[1]], { training: true }).arraySync()).toEqual([[0]]);
      expect(new Passing()([[1]]).arraySync()).toEqual([[1]]);
    });
  });

  test('without a graph it says that there is none', () => {
    const blocks = new Blocks();
    expect(() => blocks.outputOf('dense')).toThrow(
      "Model 'blocks' has no graph, so layer 'dense' has no output in it. Use Sequential with an input shape, or model({ inputs, outputs }).",
    );
  });

  test('a layer may be called like a function, and stays an object of its class', () => {
    const layer = new Scale();
    expect(typeof layer).toBe('function');
    expect(layer).toBeInstanceOf(Scale);
    expect(layer.name).toBe('scale');
    expect(Object.isFrozen(layer.config)).toBe(true);
  });
});

describe('weights', () => {
  const net = () => sequential([dense({ units: 2, inputShape: [1] }), dense({ units: 1 })], { name: 'net' });
  const four = [[[1, 2]], [3, 4], [[5], [6]], [7]];

  test('are read and set in the order of `weights`', () => {
    const one = net();
    one.setWeights(four);
    const read = one.getWeights();
    expect(read.map((tensor) => tensor.arraySync())).toEqual(four);
    const other = net();
    other.setWeights(read);
    // 1 → [1 + 3, 2 + 4] → 5 · 4 + 6 · 6 + 7
    scope(() => void expect(other([[1]]).arraySync()).toEqual([[63]]));
    for (const tensor of read) tensor.dispose();
  });

  test('getWeights gives copies, setWeights takes copies', () => {
    const one = net();
    const given = HostArray.from([[1, 2]]);
    one.setWeights([given, ...four.slice(1)]);
    (given.data as Float32Array)[0] = 99;
    const [kernel] = one.getWeights();
    one.setWeights([[[8, 8]], ...four.slice(1)]);
    expect(kernel!.arraySync()).toEqual([[1, 2]]);
  });

  test('nothing is changed where one does not fit', () => {
    const one = net();
    one.setWeights(four);
    const wrong = [[[9, 9]], [9, 9], [[9], [9]], [9, 9]];
    expect(() => one.setWeights(wrong)).toThrow("Layer 'net': weight 'net/dense_1/bias' has shape [1]. Received: [2].");
    expect(() => one.setWeights(wrong.slice(1))).toThrow("Layer 'net': setWeights expects 4 arrays. Received: 3.");
    expect(one.getWeights().map((tensor) => tensor.arraySync())).toEqual(four);
  });

  test('setWeights leaves nothing else in memory', () => {
    const one = net();
    one.setWeights(four);
    const { tensors } = memory();
    one.setWeights(four);
    expect(() => one.setWeights([...four.slice(0, 3), [[1]]])).toThrow();
    expect(memory().tensors).toBe(tensors);
  });
});

describe('trainable', () => {
  test('reaches the layers inside, and comes back from them', () => {
    const net = sequential([dense({ units: 2, inputShape: [1] }), batchNormalization(), dense({ units: 1 })]);
    expect([net.trainableWeights.length, net.nonTrainableWeights.length]).toEqual([6, 2]);
    net.layers[0]!.trainable = false;
    expect(net.trainableWeights.map(({ name }) => name)).toEqual(['gamma', 'beta', 'kernel', 'bias']);
    net.trainable = false;
    expect(net.layers.every(({ trainable }) => !trainable)).toBe(true);
    expect([net.trainableWeights.length, net.nonTrainableWeights.length]).toEqual([0, 8]);
    net.trainable = true;
    // moving averages are never trained
    expect(net.nonTrainableWeights.map(({ name }) => name)).toEqual(['moving_mean', 'moving_variance']);
  });

  test('a nested model that is frozen trains nothing in the outer one', () => {
    const inner = sequential([dense({ units: 2, inputShape: [1] })]);
    const x = input({ shape: [1] });
    const outer = model({ inputs: x, outputs: dense({ units: 1 })(inner(x)) });
    inner.trainable = false;
    expect(outer.trainableWeights.map(({ name }) => name)).toEqual(['kernel', 'bias']);
    expect(outer.trainableWeights[0]!.shape).toEqual([2, 1]);
  });

  test('a layer may be frozen before it has weights', () => {
    const layer = dense({ units: 1, trainable: false });
    layer.ensureBuilt([null, 1]);
    expect(layer.trainableWeights).toEqual([]);
    layer.trainable = true;
    expect(layer.trainableWeights).toHaveLength(2);
    const later = dense({ units: 1 });
    later.trainable = false;
    later.ensureBuilt([null, 1]);
    expect(later.trainableWeights).toEqual([]);
  });
});

describe('after dispose', () => {
  const gone = () => {
    const net = sequential([dense({ units: 1, inputShape: [1] })], { name: 'net' });
    net.compile({ optimizer: 'sgd', loss: 'mse' });
    net.dispose();
    return net;
  };
  const message = "'net' was disposed of and cannot be used any more.";
  const x = [[1]];

  test('whatever needs the model says so', async () => {
    const net = gone();
    expect(net.isDisposed).toBe(true);
    for (const use of [
      () => net.apply(toTensor(x)),
      () => net(toTensor(x)),
      () => net.getWeights(),
      () => net.setWeights([[[1]], [1]]),
      () => net.compile({ loss: 'mse' }),
      () => net.optimizer,
      () => net.add(dense({ units: 1 })),
      () => net.pop(),
      () => net.predictOnBatch(x),
      () => net.resetMetrics(),
    ]) {
      expect(use).toThrow(message);
    }
    for (const use of [
      () => net.fit(x, x),
      () => net.evaluate(x, x),
      () => net.predict(x),
      () => net.trainOnBatch(x, x),
      () => net.testOnBatch(x, x),
    ]) {
      await expect(use()).rejects.toThrow(message);
    }
  });

  test('a second dispose is nothing', () => {
    expect(() => gone().dispose()).not.toThrow();
  });

  test('`using` disposes at the end of the block', () => {
    const { tensors } = memory();
    {
      using net = sequential([dense({ units: 1, inputShape: [1] })]);
      scope(() => void net(x));
    }
    expect(memory().tensors).toBe(tensors);
  });

  test('a layer inside that was disposed of is named', () => {
    const layer = dense({ units: 1, inputShape: [1], name: 'inside' });
    const net = sequential([layer]);
    layer.dispose();
    expect(() => net.apply(toTensor(x))).toThrow("'inside' was disposed of and cannot be used any more.");
  });
});
