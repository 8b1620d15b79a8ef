import { ArgumentError, drawSeed, type HostArray, requireInteger, requirePositiveInteger } from '@capas/core';
import { NumpyRandom } from '../random/numpy-random.ts';
import { Dataset } from './dataset.ts';
import { leafToArray } from './element.ts';

/** Options of {@link timeseriesDatasetFromArray}. */
export interface TimeseriesOptions {
  /** How many time steps each sequence has. */
  readonly sequenceLength: number;
  /** From the start of one sequence to that of the next. @defaultValue 1 */
  readonly sequenceStride?: number;
  /** From one time step of a sequence to the next. @defaultValue 1 */
  readonly samplingRate?: number;
  /** How many sequences a batch has; with `null` they come one by one. @defaultValue 128 */
  readonly batchSize?: number | null;
  /** Whether sequences come in an order that is drawn. @defaultValue false */
  readonly shuffle?: boolean;
  /** @defaultValue drawn */
  readonly seed?: number | null;
  /** The first time step that is used. */
  readonly startIndex?: number | null;
  /** The time step before which sequences end. */
  readonly endIndex?: number | null;
}

/** Data of time steps: `[steps, …]`. */
export type TimeseriesData = HostArray | Float32Array | Int32Array | Uint8Array | readonly unknown[];

/**
 * Sequences that slide over a series, in batches `[batch, sequenceLength, …]`: sequence `i` has the steps `i · sequenceStride +
 * j · samplingRate`. With targets, batches are `[sequences, targets]`, the target of a sequence being that of its first step, counted
 * from `startIndex`.
 *
 * With `shuffle`, the order is drawn once and then shuffled in each pass within a buffer of eight batches.
 *
 * @throws ArgumentError if an index, a stride or a rate lies outside of the data
 * @see Keras 3, `keras/src/utils/timeseries_dataset_utils.py`
 * @example
 * // the value that follows ten values
 * const windows = timeseriesDatasetFromArray(series.slice(0, -10), series.slice(10), { sequenceLength: 10 });
 */
export function timeseriesDatasetFromArray(
  data: TimeseriesData,
  targets: null | undefined,
  options: TimeseriesOptions,
): Dataset<HostArray>;
export function timeseriesDatasetFromArray(
  data: TimeseriesData,
  targets: TimeseriesData,
  options: TimeseriesOptions,
): Dataset<[HostArray, HostArray]>;
export function timeseriesDatasetFromArray(
  data: TimeseriesData,
  targets: TimeseriesData | null | undefined,
  options: TimeseriesOptions,
): Dataset<HostArray> | Dataset<[HostArray, HostArray]> {
  const series = leafToArray(WHO, data);
  const { sequenceLength, sequenceStride = 1, samplingRate = 1, batchSize = 128, shuffle = false } = options;
  requirePositiveInteger(WHO, 'sequenceLength', sequenceLength);
  requireBelow('sequenceStride', requirePositiveInteger(WHO, 'sequenceStride', sequenceStride), series.length);
  requireBelow('samplingRate', requirePositiveInteger(WHO, 'samplingRate', samplingRate), series.length);
  if (batchSize !== null) requirePositiveInteger(WHO, 'batchSize', batchSize);
  const [start, end] = rangeOf(options, series.length);
  const used = series.slice(start, end);
  const labels = targets && leafToArray(WHO, targets);
  const seed = options.seed ?? drawSeed();

  const most = end - start - (sequenceLength - 1) * samplingRate;
  const count = Math.max(0, labels ? Math.min(most, labels.length) : most);
  const starts = Int32Array.from({ length: Math.ceil(count / sequenceStride) }, (_, i) => i * sequenceStride);
  const order = shuffle ? new NumpyRandom(seed).shuffledIndices(starts.length) : starts.keys();
  const indices = Dataset.fromItems(Array.from(order, (i) => starts[i]!));

  const sequenceAt = (first: number): HostArray =>
    used.take(Array.from({ length: sequenceLength }, (_, step) => first + step * samplingRate));
  const shuffled = shuffle ? indices.shuffle(batchSize === null ? 1024 : 8 * batchSize, { seed }) : indices;
  const inBatches = <T>(samples: Dataset<T>): unknown => (batchSize === null ? samples : samples.batch(batchSize));
  if (!labels) return inBatches(shuffled.map(sequenceAt)) as Dataset<HostArray>;
  const reachable = labels.slice(start, end);
  return inBatches(
    shuffled.map((first): [HostArray, HostArray] => [sequenceAt(first), reachable.at(first)]),
  ) as Dataset<[HostArray, HostArray]>;
}

const WHO = 'timeseriesDatasetFromArray';

function rangeOf({ startIndex, endIndex }: TimeseriesOptions, length: number): [start: number, end: number] {
  const start = requireInteger(WHO, 'startIndex', startIndex ?? 0, 0);
  if (start > 0) requireBelow('startIndex', start, length);
  if (!endIndex) return [start, endIndex === 0 ? 0 : length];
  requireInteger(WHO, 'endIndex', endIndex, start > 0 ? start + 1 : 1);
  requireBelow('endIndex', endIndex, length);
  return [start, endIndex];
}

function requireBelow(name: string, value: number, length: number): void {
  if (value >= length) throw new ArgumentError(WHO, name, `less than the length of the data, ${length}`, value);
}
