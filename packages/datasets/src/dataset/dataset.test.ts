import { HostArray, setSeed } from '@capas/core';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { Dataset } from './dataset.ts';

const values = async (dataset: AsyncIterable<unknown>): Promise<unknown[]> => {
  const found: unknown[] = [];
  for await (const element of dataset) found.push(plain(element));
  return found;
};

/** An element with lists in place of arrays. */
function plain(node: unknown): unknown {
  if (node instanceof HostArray) return node.toArray();
  if (Array.isArray(node)) return node.map(plain);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([key, part]) => [key, plain(part)]));
}

const x = new HostArray(
  Float32Array.from({ length: 10 }, (_, i) => i),
  [5, 2],
);
const y = new HostArray(Int32Array.of(10, 11, 12, 13, 14));

describe('where elements come from', () => {
  it('fromArrays gives the rows of arrays in a tree, and keeps dtypes', async () => {
    const dataset = Dataset.fromArrays({ x, y, name: ['a', 'b', 'c', 'd', 'e'], n: [1, 2, 3, 4, 5] });
    const [first] = await dataset.take(1).toArray();
    expect([first!.x.shape, first!.y.shape, first!.y.dtype, first!.name, first!.n]).toEqual([[2], [], 'int32', 'a', 1]);
    expect(dataset.size).toBe(5);
    expectTypeOf(first!).toEqualTypeOf<{ x: HostArray; y: HostArray; name: string; n: number }>();
    const [batch] = await dataset.batch(5).toArray();
    expect(plain(batch)).toEqual({ x: x.toArray(), y: y.toArray(), name: [...'abcde'], n: [1, 2, 3, 4, 5] });
    expect(batch!.y.dtype).toBe('int32');
    expectTypeOf(batch!).toEqualTypeOf<{ x: HostArray; y: HostArray; name: HostArray; n: HostArray }>();
  });

  it('a tuple of arrays, as fit wants it', async () => {
    const batches = Dataset.fromTensorSlices([x, Float32Array.of(0, 1, 2, 3, 4)]).batch(2);
    expectTypeOf(batches).toEqualTypeOf<Dataset<[HostArray, HostArray]>>();
    expect(await values(batches)).toEqual([
      [
        [
          [0, 1],
          [2, 3],
        ],
        [0, 1],
      ],
      [
        [
          [4, 5],
          [6, 7],
        ],
        [2, 3],
      ],
      [[[8, 9]], [4]],
    ]);
  });

  it.each<[unknown, string]>([
    [[x, [1, 2]], 'fromArrays: `arrays` must be of one length. Received: [5, 2]'],
    [{}, 'fromArrays: `arrays` must be one array or more'],
    [{ x: null }, 'fromArrays: `arrays` must be HostArrays, typed arrays or lists. Received: null'],
    [new HostArray(Float32Array.of(1), []), 'must be HostArrays, typed arrays or lists'],
  ])('refuses %o', (arrays, message) => {
    expect(() => Dataset.fromArrays(arrays)).toThrow(message);
  });

  it('generators: a function is called for each pass', async () => {
    let calls = 0;
    const dataset = Dataset.fromGenerator(function* () {
      calls++;
      yield* [1, 2];
    });
    expect([await values(dataset), await values(dataset), calls]).toEqual([[1, 2], [1, 2], 2]);
    expect(dataset.size).toBeUndefined();
    const later = Dataset.fromGenerator(async function* () {
      yield 'a';
    });
    expect(await values(later)).toEqual(['a']);
    expect(await values(Dataset.fromGenerator(new Set([3, 4]), { size: 2 }))).toEqual([3, 4]);
    await expect(values(Dataset.fromGenerator((() => 3) as never))).rejects.toThrow('`source` must be a generator');
  });

  it('ranges and items', async () => {
    expect(await values(Dataset.range(3))).toEqual([0, 1, 2]);
    expect(await values(Dataset.range(5, 0, -2))).toEqual([5, 3, 1]);
    expect(await values(Dataset.fromItems([{ a: 1 }, { a: 2 }]))).toEqual([{ a: 1 }, { a: 2 }]);
    expect(() => Dataset.range(0, 3, 0)).toThrow('step');
  });
});

describe('what is done to elements', () => {
  // takeWhile, shard, repeat of nothing, interleave and the windows below as tf.data gives them
  const ten = Dataset.range(10);
  it.each<[string, Dataset<unknown>, unknown[], number | undefined]>([
    ['map', Dataset.range(3).map((n) => n * 2), [0, 2, 4], 3],
    ['map with waiting', Dataset.range(3).map(async (n) => n * 2), [0, 2, 4], 3],
    ['filter', ten.filter((n) => n % 3 === 0), [0, 3, 6, 9], undefined],
    ['takeWhile', ten.takeWhile((n) => n < 3), [0, 1, 2], undefined],
    ['take', ten.take(3), [0, 1, 2], 3],
    ['take more than there is', Dataset.range(2).take(3), [0, 1], 2],
    ['skip', ten.skip(8), [8, 9], 2],
    ['skip all', ten.skip(12), [], 0],
    ['shard', ten.shard(4, 1), [1, 5, 9], 3],
    ['shard without a last', ten.shard(4, 3), [3, 7], 2],
    ['repeat', Dataset.range(2).repeat(3), [0, 1, 0, 1, 0, 1], 6],
    ['repeat 0', ten.repeat(0), [], 0],
    ['repeat of nothing', Dataset.range(0).repeat(), [], 0],
    ['repeat without end', Dataset.range(2).repeat().take(5), [0, 1, 0, 1, 0], 5],
    [
      'batch',
      ten.batch(4),
      [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
        [8, 9],
      ],
      3,
    ],
    [
      'batch without the rest',
      ten.batch(4, { dropRemainder: true }),
      [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
      ],
      2,
    ],
    ['unbatch', ten.batch(4).unbatch(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], undefined],
    ['concatenate', Dataset.range(2).concatenate(Dataset.range(5, 7)), [0, 1, 5, 6], 4],
    [
      'zip',
      Dataset.zip([Dataset.range(5), Dataset.range(5, 7)]),
      [
        [0, 5],
        [1, 6],
      ],
      2,
    ],
    [
      'zip of a record',
      Dataset.zip({ b: Dataset.range(2), a: Dataset.range(5, 7) }),
      [
        { b: 0, a: 5 },
        { b: 1, a: 6 },
      ],
      2,
    ],
    [
      'enumerate',
      Dataset.fromItems(['a', 'b']).enumerate(3),
      [
        [3, 'a'],
        [4, 'b'],
      ],
      2,
    ],
    ['flatMap', Dataset.range(1, 4).flatMap((n) => Dataset.range(n)), [0, 0, 1, 0, 1, 2], undefined],
    ['flatMap of lists', Dataset.range(1, 3).flatMap((n) => [n, n]), [1, 1, 2, 2], undefined],
    [
      'interleave',
      Dataset.range(1, 6).interleave((n) => Dataset.fromItems(new Array(6).fill(n)), {
        cycleLength: 2,
        blockLength: 4,
      }),
      [1, 1, 1, 1, 2, 2, 2, 2, 1, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 3, 3, 4, 4, 5, 5, 5, 5, 5, 5],
      undefined,
    ],
    ['window', ten.window(3).flatMap((window) => window.batch(3)), [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9]], undefined],
    ['cache', ten.cache(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 10],
    ['prefetch', ten.prefetch(3), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 10],
  ])('%s', async (_, dataset, expected, size) => {
    expect(await values(dataset)).toEqual(expected);
    expect(await values(dataset)).toEqual(expected);
    expect([dataset.size, dataset.cardinality()]).toEqual([size, size]);
  });

  it.each<[number, object, unknown[]]>([
    [3, { shift: 1 }, [[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4], [4]]],
    [
      3,
      { shift: 1, dropRemainder: true },
      [
        [0, 1, 2],
        [1, 2, 3],
        [2, 3, 4],
      ],
    ],
    [2, { shift: 1, stride: 2 }, [[0, 2], [1, 3], [2, 4], [3], [4]]],
    [
      2,
      { shift: 3, stride: 1 },
      [
        [0, 1],
        [3, 4],
      ],
    ],
    [2, { shift: 4, stride: 1 }, [[0, 1], [4]]],
    [6, { dropRemainder: true }, []],
  ])('windows of %i with %o are those of tf.data', async (size, options, expected) => {
    const windows = Dataset.range(5).window(size, options);
    expect(await Promise.all((await windows.toArray()).map((window) => window.toArray()))).toEqual(expected);
    expect(windows.size).toBe(expected.length);
  });

  it('batches keep dtypes, and elements of one batch must be alike', async () => {
    const [bools] = await Dataset.fromItems([true, false]).batch(2).toArray();
    expect([bools!.dtype, bools!.toArray()]).toEqual(['bool', [1, 0]]);
    const [rows] = await Dataset.fromItems([
      [1, 2],
      [3, 4],
    ])
      .batch(2)
      .toArray();
    expect(rows!.shape).toEqual([2, 2]);
    const [pair] = await Dataset.fromItems([[[1, 2], 0] as const, [[3, 4], 1] as const])
      .batch(2)
      .toArray();
    expect(plain(pair)).toEqual([
      [
        [1, 2],
        [3, 4],
      ],
      [0, 1],
    ]);
    await expect(values(Dataset.fromItems([[1], [1, 2]]).batch(2))).rejects.toThrow(
      'element 0 of batch of fromItems(elements 0, 1): Dataset.batch: element 1 of a batch is float32 [2], the first is float32 [1]. Make them alike with `map`, or use `paddedBatch`.',
    );
    await expect(values(Dataset.fromItems([{ a: 1 }, { b: 1 }] as object[]).batch(2))).rejects.toThrow(
      'of the form of the first',
    );
  });

  it('paddedBatch pads to the longest of the batch, or to a shape', async () => {
    const lists = Dataset.fromItems([[1], [1, 2, 3], [4, 5]].map((list) => Float32Array.from(list)));
    expect(await values(lists.paddedBatch(2))).toEqual([
      [
        [1, 0, 0],
        [1, 2, 3],
      ],
      [[4, 5]],
    ]);
    expect(await values(lists.paddedBatch(2, { paddedShapes: [4], paddingValues: -1, dropRemainder: true }))).toEqual([
      [
        [1, -1, -1, -1],
        [1, 2, 3, -1],
      ],
    ]);
    await expect(values(lists.paddedBatch(2, { paddedShapes: [2] }))).rejects.toThrow(
      'larger than its padded shape [2]',
    );
    const images = Dataset.fromItems([
      {
        image: HostArray.from([
          [1, 2],
          [3, 4],
        ]),
        label: 7,
        name: ['a'],
      },
      { image: HostArray.from([[5, 6, 7]]), label: 8, name: ['b', 'c'] },
    ]).paddedBatch(2, { paddingValues: { image: 9, label: 0, name: '?' } });
    expect(await values(images)).toEqual([
      {
        image: [
          [
            [1, 2, 9],
            [3, 4, 9],
          ],
          [
            [5, 6, 7],
            [9, 9, 9],
          ],
        ],
        label: [7, 8],
        name: [
          ['a', '?'],
          ['b', 'c'],
        ],
      },
    ]);
  });

  it('reduce and apply', async () => {
    expect(await Dataset.range(5).reduce(0, (sum, n) => sum + n)).toBe(10);
    expect(await values(Dataset.range(5).apply((dataset) => dataset.take(1)))).toEqual([0]);
  });
});

describe('shuffle', () => {
  it('gives each element once, in the order of its seed, and another in each pass', async () => {
    const dataset = Dataset.range(100).shuffle(20, { seed: 3 });
    const [first, second] = [await values(dataset), await values(dataset)];
    expect([...first].sort((a, b) => Number(a) - Number(b))).toEqual(await values(Dataset.range(100)));
    expect(first).not.toEqual(second);
    expect(first.every((n, i) => Number(n) < i + 20)).toBe(true);
    const same = Dataset.range(100).shuffle(20, { seed: 3 });
    expect([await values(same), await values(same)]).toEqual([first, second]);
    expect(await values(Dataset.range(100).shuffle(20, { seed: 3 }).repeat(2))).toEqual([...first, ...second]);
    const still = Dataset.range(100).shuffle(20, { seed: 3, reshuffleEachIteration: false });
    expect([await values(still), await values(still)]).toEqual([first, first]);
  });

  it('all orders of three come about equally often', async () => {
    const counts = new Map<string, number>();
    const dataset = Dataset.range(3).shuffle(Number.POSITIVE_INFINITY, { seed: 5 });
    for (let i = 0; i < 1200; i++) {
      const order = String(await values(dataset));
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(60);
  });

  it('arrays that are shuffled and batched come in the order of their elements', async () => {
    for (const size of [3, 100]) {
      const rows = Dataset.fromArrays([x, y]).shuffle(size, { seed: 2 });
      expect(await values(rows.batch(2))).toEqual(await values(rows.map((row) => row).batch(2)));
    }
  });

  it('setSeed makes it repeatable without a seed', async () => {
    setSeed(1);
    const first = await values(Dataset.range(20).shuffle(20));
    setSeed(1);
    expect(await values(Dataset.range(20).shuffle(20))).toEqual(first);
  });
});
