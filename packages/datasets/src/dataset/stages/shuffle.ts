import { drawSeed } from '@capas/core';
import { Draws } from '../draws.ts';
import { dropFirst, type Elements, type Item, type Opening, type Stage } from '../stage.ts';

/**
 * Elements in an order that is drawn: each from a buffer of `bufferSize` elements, whose place the next of the input takes.
 *
 * To begin in the middle, the draws are gone through with numbers in place of elements; then only the elements that are in the buffer
 * there are made again.
 */
export function shuffleStage<T>(
  input: Stage<T>,
  bufferSize: number,
  seed: number | undefined,
  isReshuffled: boolean,
): Stage<T> {
  const drawnSeed = seed ?? drawSeed();
  const draws = ({ epoch, seeds }: Opening) => new Draws(seeds.get(stage) ?? drawnSeed, isReshuffled ? epoch : 0);
  const { size, rows } = input;
  const stage: Stage<T> = {
    name: 'shuffle',
    inputs: [input],
    size,
    ...(seed === undefined && { drawnSeed }),
    open: (at) => {
      if (at.skip > 0 && size !== undefined) return resumed(at, size);
      const elements = shuffled(input.open({ ...at, skip: 0 }), new ShuffleBuffer(bufferSize, draws(at)));
      return at.skip > 0 ? dropFirst(elements, at.skip) : elements;
    },
    ...(rows && {
      rows: {
        ...rows,
        order: (at: Opening) => {
          const order = shuffledNumbers(rows.order({ ...at, skip: 0 }), new ShuffleBuffer(bufferSize, draws(at)));
          for (let i = 0; i < at.skip; i++) order.next();
          return order;
        },
      },
    }),
  };

  async function* resumed(at: Opening, size: number): Elements<T> {
    const drawing = draws(at);
    const numbers = new ShuffleBuffer<number>(bufferSize, drawing);
    let next = 0;
    for (let given = 0; given < at.skip && given < size; given++) {
      while (!numbers.isFull && next < size) numbers.items.push(next++);
      numbers.take();
    }
    const first = numbers.items.reduce((least, number) => Math.min(least, number), next);
    const slots = new Map(numbers.items.map((number, slot) => [number, slot]));
    const elements = input.open({ ...at, skip: first });
    const buffer = new ShuffleBuffer<Item<T>>(bufferSize, drawing);
    for (let number = first; number < next; number++) {
      const step = await elements.next();
      const slot = slots.get(number);
      if (!step.done && slot !== undefined) buffer.items[slot] = step.value;
    }
    yield* shuffled(elements, buffer);
  }
  return stage;
}

/** Where elements wait to be drawn. */
class ShuffleBuffer<T> {
  readonly items: T[] = [];
  readonly #size: number;
  readonly #draws: Draws;

  constructor(size: number, draws: Draws) {
    this.#size = size;
    this.#draws = draws;
  }

  get isFull(): boolean {
    return this.items.length >= this.#size;
  }

  /** Takes one out; the last comes in its place. */
  take(): T {
    const place = this.#draws.below(this.items.length);
    const taken = this.items[place]!;
    const last = this.items.pop()!;
    if (place < this.items.length) this.items[place] = last;
    return taken;
  }
}

async function* shuffled<T>(input: Elements<T>, buffer: ShuffleBuffer<Item<T>>): Elements<T> {
  try {
    for (let isEnded = false; ; ) {
      while (!isEnded && !buffer.isFull) {
        const step = await input.next();
        if (step.done) isEnded = true;
        else buffer.items.push(step.value);
      }
      if (buffer.items.length === 0) return;
      yield buffer.take();
    }
  } finally {
    await input.return();
  }
}

function* shuffledNumbers(input: Iterator<number>, buffer: ShuffleBuffer<number>): Generator<number> {
  for (let isEnded = false; ; ) {
    while (!isEnded && !buffer.isFull) {
      const step = input.next();
      if (step.done) isEnded = true;
      else buffer.items.push(step.value);
    }
    if (buffer.items.length === 0) return;
    yield buffer.take();
  }
}
