import { dropFirst, type Elements, type Item, type Stage } from '../stage.ts';

/** Keeps the elements of the first whole pass, and gives these from then on. */
export function cacheStage<T>(input: Stage<T>): Stage<T> {
  let kept: readonly Item<T>[] | undefined;
  return {
    name: 'cache',
    inputs: [input],
    size: input.size,
    open: (at) => {
      if (!kept) return dropFirst(filling(input.open({ ...at, skip: 0 })), at.skip);
      return fromMemory(kept, at.skip);
    },
  };

  async function* filling(elements: Elements<T>): Elements<T> {
    const items: Item<T>[] = [];
    for await (const item of elements) {
      items.push(item);
      yield item;
    }
    kept = items;
  }
}

async function* fromMemory<T>(items: readonly Item<T>[], skip: number): Elements<T> {
  for (let i = skip; i < items.length; i++) yield items[i]!;
}
