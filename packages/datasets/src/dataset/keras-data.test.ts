import { HostArray } from '@capas/core';
import { describe, expect, it } from 'vitest';
import { GOLDENS, isMissing } from '../../test/data-folders.ts';
import { goldenCases } from '../../test/golden-cases.ts';
import { Dataset } from './dataset.ts';
import { splitDataset } from './split-dataset.ts';
import { timeseriesDatasetFromArray } from './timeseries-dataset-from-array.ts';
import { packXYSampleWeight, unpackXYSampleWeight } from './x-y-sample-weight.ts';

const series = new HostArray(Float32Array.from({ length: 12 }, (_, i) => i));
const listed = async (dataset: Dataset<unknown>): Promise<unknown[]> =>
  (await dataset.toArray()).map((element) =>
    Array.isArray(element) ? element.map((part) => (part as HostArray).toArray()) : (element as HostArray).toArray(),
  );

describe.skipIf(isMissing(GOLDENS, 'utils.json'))('goldens of Python Keras', () => {
  const casesOf = (name: string) => (isMissing(GOLDENS, 'utils.json') ? [] : goldenCases(name));
  const camel = (args: object): never =>
    Object.fromEntries(
      Object.entries(args).map(([key, value]) => [key.replaceAll(/_(.)/g, (_, c: string) => c.toUpperCase()), value]),
    ) as never;

  it.each(casesOf('timeseries_dataset_from_array'))('$id', async ({ args, inputs, expectedBatches }) => {
    const { data, targets } = inputs as { data: HostArray; targets: HostArray };
    const batches = await timeseriesDatasetFromArray(data, targets, camel(args)).toArray();
    expect(batches.map((batch: unknown) => (Array.isArray(batch) ? batch : [batch]))).toEqual(expectedBatches);
  });

  it.each(casesOf('split_dataset'))('$id', async ({ args, inputs, expected }) => {
    const sides = await splitDataset(inputs['dataset'] as HostArray, camel(args));
    const [left, right] = await Promise.all(sides.map((side) => side.batch(side.size!).toArray()));
    expect([left![0], right![0]]).toEqual(expected);
  });
});

describe('timeseriesDatasetFromArray', () => {
  it('windows with their targets, in batches', async () => {
    const dataset = timeseriesDatasetFromArray(series, series.add(100), {
      sequenceLength: 3,
      sequenceStride: 3,
      samplingRate: 2,
      batchSize: 2,
    });
    expect(await listed(dataset)).toEqual([
      [
        [
          [0, 2, 4],
          [3, 5, 7],
        ],
        [100, 103],
      ],
      [[[6, 8, 10]], [106]],
    ]);
    expect(dataset.size).toBe(2);
  });

  it('between two indices, of several features, one by one', async () => {
    const pairs = new HostArray(
      Float32Array.from({ length: 12 }, (_, i) => i),
      [6, 2],
    );
    const dataset = timeseriesDatasetFromArray(pairs, null, {
      sequenceLength: 2,
      startIndex: 1,
      endIndex: 4,
      batchSize: null,
    });
    expect(await listed(dataset)).toEqual([
      [
        [2, 3],
        [4, 5],
      ],
      [
        [4, 5],
        [6, 7],
      ],
    ]);
  });

  it('shuffled: targets stay with their sequences, each pass has another order', async () => {
    const options = { sequenceLength: 2, shuffle: true, seed: 7, batchSize: null } as const;
    const dataset = timeseriesDatasetFromArray(series, series, options);
    const [first, second] = [await listed(dataset), await listed(dataset)];
    for (const [sequence, target] of first as [number[], number][]) expect(sequence).toEqual([target, target + 1]);
    const targets = (pass: unknown[]): number[] => (pass as [unknown, number][]).map(([, target]) => target);
    expect(targets(first).sort((a, b) => a - b)).toEqual(Array.from({ length: 11 }, (_, i) => i));
    expect(first).not.toEqual(second);
    expect(await listed(timeseriesDatasetFromArray(series, series, options))).toEqual(first);
  });

  it('no sequence fits, or the end is 0: nothing', async () => {
    expect(await listed(timeseriesDatasetFromArray(series, null, { sequenceLength: 20 }))).toEqual([]);
    expect(await listed(timeseriesDatasetFromArray(series, null, { sequenceLength: 1, endIndex: 0 }))).toEqual([]);
  });

  it.each([
    [{ sequenceLength: 0 }, 'sequenceLength'],
    [{ sequenceLength: 2, sequenceStride: 12 }, '`sequenceStride` must be less than the length of the data, 12'],
    [{ sequenceLength: 2, samplingRate: 12 }, '`samplingRate` must be less'],
    [{ sequenceLength: 2, startIndex: 12 }, '`startIndex` must be less'],
    [{ sequenceLength: 2, startIndex: -1 }, '`startIndex` must be an integer of at least 0'],
    [{ sequenceLength: 2, endIndex: 12 }, '`endIndex` must be less'],
    [{ sequenceLength: 2, startIndex: 5, endIndex: 5 }, '`endIndex` must be an integer of at least 6'],
    [{ sequenceLength: 2, batchSize: 0 }, 'batchSize'],
  ])('refuses %o', (options, message) => {
    expect(() => timeseriesDatasetFromArray(series, null, options)).toThrow(message);
  });
});

describe('splitDataset', () => {
  it.each([
    [{ leftSize: 0.75 }, 9, 3],
    [{ rightSize: 0.25 }, 9, 3],
    [{ leftSize: 4 }, 4, 8],
    [{ leftSize: 0.5, rightSize: 2 }, 6, 2],
    [{ leftSize: 0.375 }, 4, 8], // 4.5 goes to the even
    [{ leftSize: 0.625 }, 8, 4], // 7.5 too
  ])('%o', async (options, left, right) => {
    const [first, last] = await splitDataset(series, options);
    expect([first.size, last.size]).toEqual([left, right]);
    expect(await listed(first)).toEqual(series.slice(0, left).toArray());
    expect(await listed(last)).toEqual(series.slice(-right).toArray());
  });

  it('data sets, shuffled', async () => {
    const [left, right] = await splitDataset(Dataset.range(10), { leftSize: 7, shuffle: true, seed: 3 });
    const all = [...(await left.toArray()), ...(await right.toArray())];
    expect(all).not.toEqual(await Dataset.range(10).toArray());
    expect(all.sort((a, b) => a - b)).toEqual(await Dataset.range(10).toArray());
    const [again] = await splitDataset(Dataset.range(10), { leftSize: 7, shuffle: true, seed: 3 });
    expect(await again.toArray()).toEqual(await left.toArray());
  });

  it.each([
    [{}, 'leftSize'],
    [{ leftSize: 0 }, 'leftSize'],
    [{ leftSize: 12 }, 'a positive integer below 12'],
    [{ leftSize: 1.5 }, 'a share between 0 and 1'],
    [{ leftSize: 0.7, rightSize: 0.6 }, 'rightSize'],
    [{ leftSize: 7, rightSize: 6 }, 'rightSize'],
    [{ leftSize: 0.01 }, '`leftSize` must be one of 12 elements or more'],
    [{ rightSize: 0.01 }, '`rightSize` must be one of 12 elements or more'],
  ])('refuses %o', async (options, message) => {
    await expect(splitDataset(series, options)).rejects.toThrow(message);
  });

  it('refuses what has no end, or nothing', async () => {
    await expect(splitDataset(Dataset.range(2).repeat(), { leftSize: 1 })).rejects.toThrow('a data set that ends');
    await expect(splitDataset(Dataset.range(0), { leftSize: 1 })).rejects.toThrow('of one element or more');
  });
});

describe('packXYSampleWeight and unpackXYSampleWeight', () => {
  it('as Keras packs them', () => {
    expect(packXYSampleWeight(series)).toBe(series);
    expect(packXYSampleWeight([1, 2])).toEqual([[1, 2]]);
    expect(packXYSampleWeight(1, 2)).toEqual([1, 2]);
    expect(packXYSampleWeight(1, 2, 3)).toEqual([1, 2, 3]);
    expect(packXYSampleWeight(1, null, 3)).toBe(1);
    expect(unpackXYSampleWeight(series)).toEqual([series, null, null]);
    expect(unpackXYSampleWeight([1])).toEqual([1, null, null]);
    expect(unpackXYSampleWeight([1, 2])).toEqual([1, 2, null]);
    expect(unpackXYSampleWeight([1, 2, 3])).toEqual([1, 2, 3]);
    expect(() => unpackXYSampleWeight([1, 2, 3, 4])).toThrow('x, [x], [x, y] or [x, y, sampleWeight]');
  });
});
