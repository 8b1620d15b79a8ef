import { ArgumentError } from '@capas/core';
import { atElement } from '../dataset-error.ts';
import type { Elements, Stage } from '../stage.ts';

/** What can be gone over, or a function that gives it anew for each pass. */
export type ElementSource<T> =
  | Iterable<T>
  | AsyncIterable<T>
  | (() => Iterable<T> | AsyncIterable<T> | Iterator<T> | AsyncIterator<T>);

/** Elements that come one after the other. What is passed over has to be made. */
export function iterableStage<T>(
  source: string,
  elements: ElementSource<T>,
  size: number | undefined,
  unit = 'element',
): Stage<T> {
  const stage: Stage<T> = {
    name: source,
    inputs: [],
    size,
    async *open({ skip }): Elements<T> {
      const iterator = iteratorOf(source, elements);
      let isDone = false;
      try {
        for (let row = 0; ; row++) {
          const step = await nextOf(iterator, stage, row).catch((error: unknown) => {
            isDone = true;
            throw error;
          });
          if (step.done) {
            isDone = true;
            return;
          }
          if (row >= skip) yield { value: step.value, origin: { source, unit, rows: [row], count: 1 } };
        }
      } finally {
        if (!isDone) await iterator.return?.();
      }
    },
  };
  return stage;
}

async function nextOf<T>(
  iterator: Iterator<T> | AsyncIterator<T>,
  stage: Stage<T>,
  row: number,
): Promise<IteratorResult<T>> {
  try {
    return await iterator.next();
  } catch (error) {
    throw atElement(stage, row, undefined, error);
  }
}

function iteratorOf<T>(who: string, elements: ElementSource<T>): Iterator<T> | AsyncIterator<T> {
  const given: unknown = typeof elements === 'function' ? elements() : elements;
  if (typeof given === 'object' && given !== null) {
    if (Symbol.asyncIterator in given) return (given as AsyncIterable<T>)[Symbol.asyncIterator]();
    if (Symbol.iterator in given) return (given as Iterable<T>)[Symbol.iterator]();
    if ('next' in given) return given as Iterator<T>;
  }
  throw new ArgumentError(who, 'source', 'a generator, or a function that returns one', given);
}

/** Elements that are known by their number. */
export function indexedStage<T>(source: string, size: number, at: (index: number) => T): Stage<T> {
  return {
    name: source,
    inputs: [],
    size,
    async *open({ skip }) {
      for (let index = skip; index < size; index++)
        yield { value: at(index), origin: { source, unit: 'element', rows: [index], count: 1 } };
    },
  };
}
