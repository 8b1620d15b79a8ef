import { cpu } from '@capas/backend-cpu';
import { HostArray, memory, ops, scope, type Tensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { model } from '../../models/functional.ts';
import { revive } from '../../saving/revive.ts';
import { dense } from '../core/dense.ts';
import { FeatureSpace, featureSpace } from './feature-space.ts';
import { textVectorization } from './text-vectorization.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const table = {
  city: ['a', 'b', 'a'],
  size: [1, 3, 5],
  rooms: new HostArray(Int32Array.of(3, 3, 4)),
};
const features = () =>
  ({
    size: 'float_normalized',
    city: 'stringCategorical',
    rooms: FeatureSpace.integerCategorical({ maxTokens: 2 }),
  }) as const;
const rowsOf = (tensor: unknown): unknown => ops.convertToNumpy(tensor as Tensor).toArray();

describe('FeatureSpace', () => {
  test('puts the features in the order of their names, then the crosses', () => {
    const space = featureSpace({ features: features(), crosses: [['city', 'rooms']], crossingDim: 3 });
    space.adapt(table);
    scope(() => {
      const rows = rowsOf(space.apply(table)) as number[][];
      const deviation = Math.sqrt(8 / 3);
      // city: unknown, a, b; rooms: unknown, 3; size: (x − 3) / √(8 / 3)
      expect(rows.map((row) => row.slice(0, 6))).toEqual([
        [0, 1, 0, 0, 1, expect.closeTo(-2 / deviation, 5)],
        [0, 0, 1, 0, 1, expect.closeTo(0, 5)],
        [0, 1, 0, 1, 0, expect.closeTo(2 / deviation, 5)],
      ]);
      for (const row of rows) expect(row.slice(6).toSorted()).toEqual([0, 0, 1]);
      expect(rowsOf(space.apply({ city: 'b', size: 3, rooms: 3 }))).toEqual(rows[1]);
    });
    space.dispose();
  });

  test('gives each feature by itself, categories as numbers too', () => {
    const space = featureSpace({
      features: {
        city: FeatureSpace.stringCategorical({ outputMode: 'int' }),
        text: FeatureSpace.feature({
          dtype: 'string',
          preprocessor: textVectorization({ outputMode: 'count', vocabulary: ['x', 'y'] }) as never,
          outputMode: 'float',
        }),
        plain: FeatureSpace.float(),
        scaled: FeatureSpace.floatRescaled({ scale: 2, offset: 1 }),
        bins: FeatureSpace.floatDiscretized({ binBoundaries: [0, 1] }),
        hash: FeatureSpace.stringHashed({ numBins: 1 }),
        number: FeatureSpace.integerHashed({ numBins: 2, outputMode: 'int' }),
      },
      crosses: [FeatureSpace.cross({ featureNames: ['city', 'number'], crossingDim: 1, outputMode: 'int' })],
      outputMode: 'dict',
    });
    const data = {
      city: ['a', 'z'],
      text: ['x x', 'y'],
      plain: [1, 2],
      scaled: [1, 2],
      bins: [0.5, 9],
      hash: ['q', ''],
      number: [3, 4],
    };
    space.adapt({ city: ['a', 'b'] } as never);
    scope(() => {
      const found = space.apply(data) as unknown as Record<string, Tensor>;
      const { number, ...others } = Object.fromEntries(
        Object.entries(found).map(([name, value]) => [name, rowsOf(value)]),
      );
      expect(others).toEqual({
        city: [[2], [0]],
        text: [
          [0, 2, 0],
          [0, 0, 1],
        ],
        plain: [[1], [2]],
        scaled: [[3], [5]],
        bins: [
          [0, 1, 0],
          [0, 0, 1],
        ],
        hash: [[1], [1]],
        city_X_number: [[0], [0]],
      });
      expect(number).toHaveLength(2);
    });
    space.dispose();
  });

  test('learns from batches and from single samples, which may come by and by', async () => {
    const samples = [0, 1, 2].map((i) => ({ city: table.city[i]!, size: table.size[i]!, rooms: table.rooms.data[i]! }));
    async function* later() {
      yield { city: ['a', 'b'], size: [1, 3], rooms: [[3], [3]] };
      yield { city: ['a'], size: [5], rooms: [[4]] };
    }
    const whole = featureSpace({ features: features() });
    whole.adapt(table);
    const wanted = scope(() => rowsOf(whole.apply(table)));
    for (const data of [samples, later()]) {
      const space = featureSpace({ features: features() });
      await space.adapt(data as typeof samples);
      expect(scope(() => rowsOf(space.apply(table)))).toEqual(wanted);
      space.dispose();
    }
    whole.dispose();
  });

  test('starts a model of raw values', async () => {
    const space = featureSpace({
      features: { ...features(), rooms: 'integerHashed' },
      hashingDim: 2,
      crosses: [['city', 'rooms']],
    });
    space.adapt(table);
    const encoded = space.getEncodedFeatures();
    expect(encoded.shape).toEqual([null, 3 + 2 + 1 + 32]);
    const inputs = space.getInputs();
    const net = model({ inputs, outputs: dense({ units: 1, kernelInitializer: 'ones' })(encoded) });
    const x = {
      city: new HostArray(table.city, [3, 1]),
      size: HostArray.from(table.size).reshape([3, 1]),
      rooms: table.rooms.reshape([3, 1]),
    };
    const { tensors } = memory();
    const found = (await net.predict(x)) as Tensor;
    scope(() => {
      const sums = (rowsOf(space.apply(table)) as number[][]).map((row) => row.reduce((a, b) => a + b));
      expect([...found.dataSync()]).toEqual(sums.map((sum) => expect.closeTo(sum, 5)));
    });
    found.dispose();
    expect(memory().tensors).toBeLessThanOrEqual(tensors + 2); // the weights of the dense layer
    net.dispose();
  });

  test('is made again of the JSON of its config', () => {
    const space = featureSpace({
      features: { size: 'floatRescaled', hash: 'string_hashed' },
      hashingDim: 4,
      crosses: null,
    });
    const written = { class_name: 'FeatureSpace', config: JSON.parse(JSON.stringify(space.config)) };
    const copy = revive(written) as unknown as FeatureSpace;
    expect(copy).toBeInstanceOf(FeatureSpace);
    expect(JSON.stringify(copy.config)).toBe(JSON.stringify(space.config));
    const data = { size: [1, 2], hash: ['a', 'b'] };
    scope(() => void expect(rowsOf(copy.apply(data))).toEqual(rowsOf(space.apply(data))));
  });

  test('refuses what does not fit', () => {
    expect(() => featureSpace({ features: {} })).toThrow(
      'FeatureSpace: `features` must be a record of at least one feature.',
    );
    expect(() => featureSpace({ features: { a: 'floats' as never } })).toThrow(
      "FeatureSpace: `features.a` must be one of 'float',",
    );
    expect(() => featureSpace({ features: { a: 'float' }, crosses: [['a', 'b']] })).toThrow(
      "Unknown feature of a cross: 'b'.",
    );
    expect(() => featureSpace({ features: { a: 'float' }, outputMode: 'list' as never })).toThrow(
      '`outputMode` must be one of',
    );
    const space = featureSpace({ features: { a: 'stringCategorical' }, name: 's' });
    expect(() => space.apply({ a: 'x' })).toThrow("Layer 's': 'a' must learn from data first: call `adapt`.");
    expect(() => space.apply({ b: 'x' })).toThrow("Unknown feature of 's': 'b'.");
    expect(() => space.apply(['x'] as never)).toThrow("Layer 's': `inputs` must be a record of features.");
    expect(() => space.adapt({ b: ['x'] })).toThrow(
      "Layer 's': `data` must be a record with 'a' in it. Received: ['b'].",
    );
    expect(() => space.adapt(3 as never)).toThrow(
      "Layer 's': `data` must be a record of arrays, or an iterable of them.",
    );
    const numbers = featureSpace({
      name: 's',
      features: { a: FeatureSpace.stringHashed({ numBins: 2, outputMode: 'int' }) },
    });
    expect(() => numbers.apply({ a: 'x' })).toThrow(
      "Layer 's': `features.a` must be encoded as numbers, outputMode is 'concat'.",
    );
    const float = featureSpace({
      name: 's',
      features: {
        a: FeatureSpace.feature({
          dtype: 'float32',
          preprocessor: FeatureSpace.float().preprocessor,
          outputMode: 'oneHot',
        }),
      },
    });
    expect(() => float.apply({ a: 1 })).toThrow('`features.a` must be of a layer whose categories can be counted');
  });
});
