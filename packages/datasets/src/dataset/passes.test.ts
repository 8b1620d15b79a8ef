import { setTimeout as wait } from 'node:timers/promises';
import { HostArray, setSeed } from '@capas/core';
import { describe, expect, it, vi } from 'vitest';
import { Dataset } from './dataset.ts';
import { DatasetError } from './dataset-error.ts';

const endless = (events: { made: number; closed: number }) =>
  Dataset.fromGenerator(function* () {
    try {
      for (;;) yield events.made++;
    } finally {
      events.closed++;
    }
  });

type Step = (dataset: Dataset<number>) => Dataset<unknown>;

const steps: [string, Step, mostAhead: number][] = [
  ['as it is', (dataset) => dataset, 0],
  ['map', (dataset) => dataset.map((n) => n), 0],
  ['map in parallel', (dataset) => dataset.map(async (n) => n, { parallel: 4 }), 4],
  ['map in parallel, in any order', (dataset) => dataset.map(async (n) => n, { parallel: 4, deterministic: false }), 4],
  ['filter', (dataset) => dataset.filter((n) => n % 2 === 0), 5],
  ['takeWhile', (dataset) => dataset.takeWhile((n) => n < 1000), 0],
  ['flatMap', (dataset) => dataset.flatMap((n) => [n]), 0],
  ['flatMap without end', () => Dataset.fromItems([0]).flatMap(() => Dataset.range(Number.POSITIVE_INFINITY)), 0],
  ['interleave', (dataset) => dataset.interleave((n) => [n, n]), 4],
  ['shuffle', (dataset) => dataset.shuffle(10, { seed: 1 }), 10],
  ['repeat', (dataset) => dataset.repeat(), 0],
  ['batch', (dataset) => dataset.batch(2), 5],
  ['window', (dataset) => dataset.window(3, { shift: 1 }), 3],
  ['shard', (dataset) => dataset.shard(2, 0), 5],
  ['skip', (dataset) => dataset.skip(3), 3],
  ['zip', (dataset) => Dataset.zip([dataset, dataset] as const), 5],
  ['enumerate', (dataset) => dataset.enumerate(), 0],
  ['concatenate', (dataset) => dataset.concatenate(dataset), 0],
  ['prefetch', (dataset) => dataset.prefetch(8), 8],
];

describe('a source without end', () => {
  it.each(steps)(
    '%s: no more is made than is asked for and buffered, and leaving closes it',
    async (name, step, ahead) => {
      const events = { made: 0, closed: 0 };
      const seen: unknown[] = [];
      for await (const element of step(endless(events))) {
        seen.push(element);
        await wait(1); // who runs ahead has the time to
        expect(events.made).toBeLessThanOrEqual(2 * seen.length + ahead);
        if (seen.length === 5) break;
      }
      expect(seen.length).toBe(5);
      const { made, closed } = events;
      expect(closed).toBe(made === 0 ? 0 : name === 'zip' ? 2 : 1);
      await wait(2);
      expect(events.made).toBe(made);
    },
  );

  it('what waits is bounded however slow the consumer is', async () => {
    const events = { made: 0, closed: 0 };
    await using pass = endless(events)
      .map(async (n) => new HostArray(Float32Array.of(n)), { parallel: 2 })
      .batch(4)
      .prefetch(2)
      .iterator();
    await pass.next();
    await wait(20);
    // the batch that was given, two that wait, and what map works on
    expect(events.made).toBeLessThanOrEqual(3 * 4 + 2 + 1);
  });
});

describe('closing', () => {
  it('`await using` closes a pass, and a closed pass gives nothing', async () => {
    const events = { made: 0, closed: 0 };
    const kept = await (async () => {
      await using pass = endless(events).prefetch(2).iterator();
      await pass.next();
      return pass;
    })();
    expect(events.closed).toBe(1);
    expect(await kept.next()).toEqual({ done: true, value: undefined });
  });

  it('take closes what it takes from, and an error of the consumer too', async () => {
    const events = { made: 0, closed: 0 };
    await endless(events).take(3).toArray();
    expect(events).toEqual({ made: 3, closed: 1 });
    const failing = async () => {
      for await (const _ of endless(events)) throw new RangeError('enough');
    };
    await expect(failing()).rejects.toThrow(RangeError);
    expect(events.closed).toBe(2);
  });

  it('an error in the middle closes the source', async () => {
    const events = { made: 0, closed: 0 };
    for (const parallel of [1, 3]) {
      const failing = endless(events).map(
        (n) => {
          if (n >= 4) throw new Error('no');
          return n;
        },
        { parallel },
      );
      await expect(failing.toArray()).rejects.toThrow('no');
    }
    expect(events.closed).toBe(2);
  });

  it('a generator of the caller is ended with the pass', async () => {
    const end = vi.fn();
    async function* numbers() {
      try {
        yield 1;
        yield 2;
      } finally {
        end();
      }
    }
    for await (const _ of Dataset.fromGenerator(numbers())) break;
    expect(end).toHaveBeenCalledTimes(1);
  });
});

describe('map in parallel', () => {
  it('works on several elements at once, and keeps their order', async () => {
    let [running, most] = [0, 0];
    const work = async (n: number): Promise<number> => {
      most = Math.max(most, ++running);
      await wait(n % 3 === 0 ? 6 : 1);
      running--;
      return n;
    };
    const ordered = Dataset.range(12).map(work, { parallel: 4 });
    expect(await ordered.toArray()).toEqual(await Dataset.range(12).toArray());
    expect(most).toBe(4);
    const loose = await Dataset.range(12).map(work, { parallel: 4, deterministic: false }).toArray();
    expect(loose.slice(0, 2)).not.toEqual([0, 1]);
    expect(loose.sort((a, b) => a - b)).toEqual(await Dataset.range(12).toArray());
  });
});

describe('cache', () => {
  it('elements are made once, after a whole pass', async () => {
    const make = vi.fn((n: number) => n);
    const dataset = Dataset.range(4).map(make).cache();
    await dataset.take(2).toArray();
    expect(make).toHaveBeenCalledTimes(2);
    expect(await dataset.toArray()).toEqual([0, 1, 2, 3]);
    expect(make).toHaveBeenCalledTimes(6);
    expect(await dataset.skip(1).repeat(2).toArray()).toEqual([1, 2, 3, 1, 2, 3]);
    expect(make).toHaveBeenCalledTimes(6);
  });
});

describe('the place of a pass', () => {
  const arrays = [
    Float32Array.from({ length: 20 }, (_, i) => i),
    Int32Array.from({ length: 20 }, (_, i) => -i),
  ] as const;
  const pipelines: [string, () => Dataset<unknown>][] = [
    ...steps
      .filter(([name]) => name !== 'window')
      .map(([name, step]): [string, () => Dataset<unknown>] => [name, () => step(Dataset.range(40))]),
    ['shuffled rows in batches', () => Dataset.fromArrays(arrays).shuffle(7).batch(3)],
    [
      'mapped, shuffled',
      () =>
        Dataset.fromArrays(arrays)
          .map((row) => row)
          .shuffle(5, { seed: 4 })
          .batch(3)
          .prefetch(2),
    ],
    [
      'shuffled after a filter',
      () =>
        Dataset.range(40)
          .filter((n) => n % 3)
          .shuffle(6)
          .batch(2),
    ],
    ['repeated', () => Dataset.range(6).shuffle(4).repeat(3).shuffle(5)],
    [
      'repeated, of unknown length',
      () =>
        Dataset.range(6)
          .filter((n) => n % 2)
          .shuffle(3)
          .repeat(5),
    ],
    ['repeated without end', () => Dataset.range(5).shuffle(4).repeat().batch(2).take(20)],
    ['cached', () => Dataset.range(20).shuffle(4).cache().batch(2)],
    ['unbatched', () => Dataset.range(20).batch(3).unbatch().skip(2).shard(2, 1)],
    [
      'concatenated',
      () =>
        Dataset.range(6)
          .filter((n) => n > 1)
          .concatenate(Dataset.range(9))
          .concatenate([7, 8]),
    ],
    [
      'windows',
      () =>
        Dataset.range(30)
          .window(4, { shift: 3, stride: 2 })
          .flatMap((window) => window.batch(4)),
    ],
    [
      'interleaved and shuffled',
      () => Dataset.range(6).interleave((n) => Dataset.range(n).shuffle(3, { seed: n }), { cycleLength: 3 }),
    ],
    ['of a generator', () => Dataset.fromGenerator(() => [1, 2, 3, 4, 5]).repeat(2)],
    ['zipped', () => Dataset.zip({ a: Dataset.range(9).shuffle(3), b: Dataset.range(20).shuffle(4) })],
  ];
  const shown = (element: unknown): string =>
    JSON.stringify(element, (_, part) => (part instanceof HostArray ? part.toArray() : part));

  it.each(pipelines)('%s: goes on exactly where it was, in a data set made anew', async (_, make) => {
    for (const position of [0, 1, 4, 7]) {
      const dataset = make().take(60);
      for await (const _ of dataset.take(2)) break;
      const pass = dataset.iterator();
      if (position > 1) await await dataset.iterator().return(); // the pass that is saved is not the first
      for (let i = 0; i < position; i++) await pass.next();
      const state = JSON.parse(JSON.stringify(pass.state()));
      const rest: string[] = [];
      for await (const element of pass) rest.push(shown(element));
      setSeed(position); // other seeds are drawn
      const other = make().take(60).iterator();
      await other.next();
      await other.restore(state);
      expect(other.state()).toEqual(state);
      const restored: string[] = [];
      for await (const element of other) restored.push(shown(element));
      expect(restored).toEqual(rest);
    }
  });

  it('what is passed over is not made where it need not be', async () => {
    const make = vi.fn((n: number) => n);
    const pass = Dataset.range(1000).map(make).batch(10).iterator();
    await pass.restore({ version: 1, epoch: 2, position: 99, seeds: [] });
    await pass.next();
    expect(make).toHaveBeenCalledTimes(10);
    const shuffled = Dataset.range(1000).map(make).shuffle(20, { seed: 1 }).iterator();
    make.mockClear();
    await shuffled.restore({ version: 1, epoch: 2, position: 900, seeds: [] });
    await shuffled.next();
    expect(make.mock.calls.length).toBeLessThan(250);
  });

  it('the passes after it are those that would have come', async () => {
    const make = () => Dataset.range(30).shuffle(30, { seed: 9 });
    const dataset = make();
    const passes = [await dataset.toArray(), await dataset.toArray(), await dataset.toArray()];
    const again = make();
    await again.iterator().restore({ version: 1, epoch: 1, position: 0, seeds: [] });
    expect(await again.toArray()).toEqual(passes[2]);
  });

  it.each([
    [undefined, '`state` must be what `state()` returned'],
    [{ version: 1, epoch: 0, position: -1, seeds: [] }, '`state` must be what `state()` returned'],
    [{ version: 1, epoch: 0, position: 0, seeds: [1] }, 'which has 0 shuffles without a seed'],
  ])('refuses %o', async (state, message) => {
    await expect(
      Dataset.range(3)
        .iterator()
        .restore(state as never),
    ).rejects.toThrow(message);
  });
});

describe('errors say which element of what', () => {
  const failAt = (bad: number) => (n: number) => {
    if (n === bad) throw new TypeError('bad value');
    return n;
  };
  it.each<[Dataset<unknown>, string]>([
    [Dataset.range(40).map(failAt(17)), 'element 17 of map of range(element 17): bad value'],
    [Dataset.range(40).map(failAt(17), { parallel: 4 }), 'element 17 of map of range(element 17): bad value'],
    [Dataset.range(40).skip(10).map(failAt(17)), 'element 7 of map of skip of range(element 17): bad value'],
    [Dataset.range(40).filter(failAt(3)), 'element 3 of filter of range(element 3): bad value'],
    [
      Dataset.range(40)
        .batch(16)
        .map((batch) => failAt(16)(batch.get(0))),
      'element 1 of map of batch of range(elements 16, 17, 18, 19, 20, 21, 22, 23, … 16 in all): bad value',
    ],
    [
      Dataset.fromItems([3])
        .flatMap((n) => Dataset.range(n))
        .map(failAt(2)),
      'element 2 of map of flatMap of range(element 2): bad value',
    ],
    [
      Dataset.fromArrays([Float32Array.of(1, 2, 3)])
        .batch(2)
        .map(() => failAt(0)(0)),
      'element 0 of map of batch of fromArrays(rows 0, 1): bad value',
    ],
    [
      Dataset.fromGenerator(function* () {
        yield 1;
        throw new TypeError('bad value');
      }).map((n) => n),
      'element 1 of fromGenerator: bad value',
    ],
  ])('%#', async (dataset, message) => {
    const error = await dataset.toArray().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DatasetError);
    expect((error as DatasetError).message).toBe(message);
    expect((error as DatasetError).cause).toBeInstanceOf(TypeError);
  });
});
