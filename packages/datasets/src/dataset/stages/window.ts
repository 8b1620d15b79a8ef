import { type Elements, type Item, joinOrigins, type Stage } from '../stage.ts';

/** Windows as in tf.data: `size` elements, each `stride` after the one before, and the next window `shift` elements on. */
export interface WindowOptions {
  /** From one window to the next. @defaultValue the size */
  readonly shift?: number;
  /** From one element of a window to the next. @defaultValue 1 */
  readonly stride?: number;
  /** Leaves out windows at the end that are not whole. @defaultValue false */
  readonly dropRemainder?: boolean;
}

/** Lists of elements that lie in windows. */
export function windowStage<T>(
  input: Stage<T>,
  size: number,
  { shift = size, stride = 1, dropRemainder = false }: WindowOptions,
): Stage<readonly T[]> {
  const span = (size - 1) * stride + 1;
  const count = dropRemainder
    ? Math.max(0, Math.floor(((input.size ?? 0) - span) / shift) + 1)
    : Math.ceil((input.size ?? 0) / shift);
  return {
    name: 'window',
    inputs: [input],
    size: input.size === undefined ? undefined : count,
    async *open(at): Elements<readonly T[]> {
      const chosen = (held: readonly Item<T>[]): Item<readonly T[]> => {
        const items = held.filter((_, i) => i < span && i % stride === 0);
        return { value: items.map(({ value }) => value), origin: joinOrigins(items) };
      };
      const held: Item<T>[] = [];
      let toSkip = 0;
      for await (const item of input.open({ ...at, skip: at.skip * shift })) {
        if (toSkip > 0) {
          toSkip--;
          continue;
        }
        held.push(item);
        if (held.length < span) continue;
        yield chosen(held);
        toSkip = Math.max(0, shift - held.length);
        held.splice(0, shift);
      }
      for (; held.length > 0 && !dropRemainder; held.splice(0, shift)) yield chosen(held);
    },
  };
}
