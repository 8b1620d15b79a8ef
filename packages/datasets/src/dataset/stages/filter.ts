import { atElement } from '../dataset-error.ts';
import { dropFirst, type Elements, type Item, type Stage } from '../stage.ts';

/** The elements for which `predicate` holds; with `isUntil`, only those before the first for which it does not. */
export function filterStage<T>(
  name: string,
  input: Stage<T>,
  predicate: (element: T) => unknown,
  isUntil = false,
): Stage<T> {
  const stage: Stage<T> = {
    name,
    inputs: [input],
    size: input.size === 0 ? 0 : undefined,
    open: (at) => dropFirst(chosen(input.open({ ...at, skip: 0 })), at.skip),
  };
  async function* chosen(elements: Elements<T>): Elements<T> {
    let index = 0;
    for await (const item of elements) {
      if (await holds(item, index++)) yield item;
      else if (isUntil) return;
    }
  }
  async function holds({ value, origin }: Item<T>, index: number): Promise<unknown> {
    try {
      return await predicate(value);
    } catch (error) {
      throw atElement(stage, index, origin, error);
    }
  }
  return stage;
}
