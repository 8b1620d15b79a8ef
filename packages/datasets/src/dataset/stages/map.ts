import { atElement } from '../dataset-error.ts';
import { readAhead } from '../read-ahead.ts';
import type { Elements, Item, Stage } from '../stage.ts';

/** `fn` of each element, for up to `parallel` elements at once. */
export function mapStage<T, U>(
  input: Stage<T>,
  fn: (element: T) => U | Promise<U>,
  parallel: number,
  isDeterministic: boolean,
  name = 'map',
): Stage<U> {
  const stage: Stage<U> = {
    name,
    inputs: [input],
    size: input.size,
    open(at): Elements<U> {
      const convert = async ({ value, origin }: Item<T>, index: number): Promise<Item<U>> => {
        try {
          return { value: await fn(value), origin };
        } catch (error) {
          throw atElement(stage, at.skip + index, origin, error);
        }
      };
      if (parallel > 1) return readAhead(input.open(at), parallel, convert, isDeterministic);
      return (async function* () {
        let index = 0;
        for await (const item of input.open(at)) yield await convert(item, index++);
      })();
    },
  };
  return stage;
}

/** Holds up to `count` elements that were made before they are wanted. */
export function prefetchStage<T>(input: Stage<T>, count: number): Stage<T> {
  return {
    name: 'prefetch',
    inputs: [input],
    size: input.size,
    open: (at) => readAhead(input.open(at), count, (item) => item),
  };
}
