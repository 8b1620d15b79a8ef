import type { Elements, Item } from './stage.ts';

/**
 * Asks an input for up to `count` elements before they are wanted, and starts `work` on each as it comes. What is held is bounded by
 * `count`. `inOrder: false` gives first what is done first.
 */
export async function* readAhead<T, U>(
  input: Elements<T>,
  count: number,
  work: (item: Item<T>, index: number) => Item<U> | Promise<Item<U>>,
  inOrder = true,
): Elements<U> {
  interface Arrival {
    readonly item: Item<U> | undefined;
    readonly slot: Promise<Arrival>;
  }
  let isClosed = false;
  let index = 0;
  let last: Promise<unknown> = Promise.resolve();
  const pull = (): Promise<Item<U> | undefined> => {
    // one after the other, so that an input is not asked again once it is closed
    const asked = last.then(() => (isClosed ? undefined : input.next()));
    last = asked.catch(() => {});
    return asked.then((step) => (!step || step.done || isClosed ? undefined : work(step.value, index++)));
  };
  const pending: Promise<Arrival>[] = [];
  const start = (): void => {
    const slot: Promise<Arrival> = pull().then((item) => ({ item, slot }));
    slot.catch(() => {}); // who waits for it is told
    pending.push(slot);
  };
  try {
    let isEnded = false;
    for (;;) {
      while (!isEnded && pending.length < count) start();
      if (pending.length === 0) return;
      const { item, slot } = await (inOrder ? pending[0]! : Promise.race(pending));
      pending.splice(pending.indexOf(slot), 1);
      if (item) yield item;
      else isEnded = true;
    }
  } finally {
    isClosed = true;
    await last;
    await input.return();
  }
}
