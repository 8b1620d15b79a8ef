import { ArgumentError, HostArray, Variable } from '@capas/core';
import { isTensor, standsForTensor } from '../layer-inputs.ts';
import type { InputData } from './data-adapter.ts';

/**
 * One batch of a stream: `[x]`, `[x, y]`, `[x, y, sampleWeight]`, or a record of these; for prediction also the samples alone.
 * `xs` and `ys` are taken for `x` and `y`.
 */
export type StreamedBatch =
  | InputData
  | readonly [x: InputData, y?: InputData | null, sampleWeight?: InputData | null]
  | { readonly x: InputData; readonly y?: InputData | null; readonly sampleWeight?: InputData | null }
  | { readonly xs: InputData; readonly ys?: InputData | null };

/**
 * Data that come batch by batch: a generator, a data set, anything that can be iterated over, or a function that gives such a thing
 * and is called for each epoch anew.
 */
export type BatchStream = BatchIterable | (() => BatchIterable);

/** What can be iterated over, with or without waiting. */
export type BatchIterable = Iterable<StreamedBatch> | AsyncIterable<StreamedBatch>;

/** What goes over the batches of a stream. */
export type BatchIterator = Iterator<StreamedBatch> | AsyncIterator<StreamedBatch>;

/** What stands in a batch. */
export interface BatchParts {
  readonly x: InputData;
  readonly y: InputData | null;
  readonly sampleWeight: InputData | undefined;
}

/** Whether data are a stream of batches, and not arrays. */
export function isStream(data: unknown): data is BatchStream {
  if (typeof data === 'function') return !(data instanceof Variable);
  if (typeof data !== 'object' || data === null || Array.isArray(data) || ArrayBuffer.isView(data)) return false;
  if (isTensor(data) || data instanceof HostArray || data instanceof Variable) return false;
  return Symbol.asyncIterator in data || Symbol.iterator in data;
}

/** How many batches a stream says that it has. */
export function sizeOfStream(stream: BatchStream): number | undefined {
  const { size } = stream as { readonly size?: unknown };
  return typeof size === 'number' && Number.isSafeInteger(size) && size > 0 ? size : undefined;
}

/** Starts to go over a stream: anew, or, where it can be gone over once only (a generator), on from where it stands. */
export function openStream(who: string, stream: BatchStream): { iterator: BatchIterator; isOwn: boolean } {
  const iterable = typeof stream === 'function' ? (stream() as BatchIterable | undefined) : stream;
  if (typeof iterable !== 'object' || !(Array.isArray(iterable) || isStream(iterable)))
    throw new ArgumentError(who, 'x', 'a function that returns a generator or what can be iterated over', iterable);
  const iterator =
    Symbol.asyncIterator in iterable
      ? iterable[Symbol.asyncIterator]()
      : (iterable as Iterable<StreamedBatch>)[Symbol.iterator]();
  return { iterator, isOwn: (iterator as unknown) !== stream };
}

/** Takes a batch apart. `isPrediction`: only the samples are asked for. */
export function partsOf(who: string, batch: unknown, isPrediction: boolean): BatchParts {
  const parts = isPrediction && !isList(batch) ? (named(batch) ?? { x: batch }) : (listed(batch) ?? named(batch));
  if (!parts || parts.x === undefined || parts.x === null)
    throw new ArgumentError(who, 'batch', '[x, y], [x, y, sampleWeight] or { x, y }', batch);
  const { x, y, sampleWeight } = parts as Readonly<Record<string, InputData | null | undefined>>;
  return { x: x!, y: isPrediction ? null : (y ?? null), sampleWeight: sampleWeight ?? undefined };
}

/** A list of parts, and not one of numbers. */
const isList = (batch: unknown): batch is readonly unknown[] =>
  Array.isArray(batch) && batch.length <= 3 && batch.some((part) => standsForTensor(part) || isRecord(part));

const listed = (batch: unknown): Record<string, unknown> | undefined =>
  Array.isArray(batch) && batch.length >= 1 && batch.length <= 3
    ? { x: batch[0], y: batch[1], sampleWeight: batch[2] }
    : undefined;

/** A record of parts: it has `x` or `xs`, and nothing else than parts. */
function named(batch: unknown): Record<string, unknown> | undefined {
  if (!isRecord(batch)) return undefined;
  const keys = Object.keys(batch);
  const isRecordOfParts = ('x' in batch || 'xs' in batch) && keys.every((key) => PARTS.has(key));
  return isRecordOfParts
    ? { x: batch['x'] ?? batch['xs'], y: batch['y'] ?? batch['ys'], sampleWeight: batch['sampleWeight'] }
    : undefined;
}

const PARTS: ReadonlySet<string> = new Set(['x', 'y', 'xs', 'ys', 'sampleWeight']);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && value.constructor === Object;
