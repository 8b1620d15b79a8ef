import { atElement } from '../dataset-error.ts';
import { type Elements, type Item, joinOrigins, type Opening, type Stage } from '../stage.ts';

/** Lists of `batchSize` elements, joined by `join`; the last may be shorter. */
export function batchStage<T, U>(
  name: string,
  input: Stage<T>,
  batchSize: number,
  dropRemainder: boolean,
  join: (elements: readonly T[]) => U,
  canGather = false,
): Stage<U> {
  const { size, rows } = input;
  const stage: Stage<U> = {
    name,
    inputs: [input],
    size: size === undefined ? undefined : (dropRemainder ? Math.floor : Math.ceil)(size / batchSize),
    async *open(at): Elements<U> {
      let index = at.skip;
      let items: Item<T>[] = [];
      for await (const item of input.open({ ...at, skip: at.skip * batchSize })) {
        items.push(item);
        if (items.length < batchSize) continue;
        yield joined(items, index++);
        items = [];
      }
      if (items.length > 0 && !dropRemainder) yield joined(items, index);
    },
  };
  function joined(items: readonly Item<T>[], index: number): Item<U> {
    const origin = joinOrigins(items);
    try {
      return { value: join(items.map(({ value }) => value)), origin };
    } catch (error) {
      throw atElement(stage, index, origin, error);
    }
  }
  if (!rows || !canGather) return stage;
  const { unit, source } = rows;
  /** Rows of arrays are copied all at once, and never stand alone. */
  async function* gathered(at: Opening): Elements<U> {
    const order = rows!.order({ ...at, skip: at.skip * batchSize });
    for (;;) {
      const numbers: number[] = [];
      while (numbers.length < batchSize) {
        const step = order.next();
        if (step.done) break;
        numbers.push(step.value);
      }
      if (numbers.length === 0 || (dropRemainder && numbers.length < batchSize)) return;
      const origin = { source, unit, rows: numbers.slice(0, 8), count: numbers.length };
      yield { value: rows!.gather(numbers) as U, origin };
      if (numbers.length < batchSize) return;
    }
  }
  return { ...stage, open: gathered };
}
