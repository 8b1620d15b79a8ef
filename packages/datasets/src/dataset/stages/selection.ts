import type { Elements, Stage } from '../stage.ts';

/** The first `count` elements. No more are asked for. */
export function takeStage<T>(input: Stage<T>, count: number): Stage<T> {
  return {
    name: 'take',
    inputs: [input],
    size: count === 0 ? 0 : least(input.size, count),
    async *open(at): Elements<T> {
      let left = count - at.skip;
      if (left <= 0) return;
      for await (const item of input.open(at)) {
        yield item;
        if (--left === 0) return;
      }
    },
  };
}

/** The elements after the first `count`. */
export function skipStage<T>(input: Stage<T>, count: number): Stage<T> {
  return {
    name: 'skip',
    inputs: [input],
    size: input.size === undefined ? undefined : Math.max(0, input.size - count),
    open: (at) => input.open({ ...at, skip: at.skip + count }),
  };
}

/** Each `count`-th element, from number `index` on. */
export function shardStage<T>(input: Stage<T>, count: number, index: number): Stage<T> {
  return {
    name: 'shard',
    inputs: [input],
    size: input.size === undefined ? undefined : Math.max(0, Math.ceil((input.size - index) / count)),
    async *open(at): Elements<T> {
      let place = 0;
      for await (const item of input.open({ ...at, skip: index + at.skip * count }))
        if (place++ % count === 0) yield item;
    },
  };
}

const least = (size: number | undefined, count: number): number | undefined =>
  size === undefined ? undefined : Math.min(size, count);
