import { atElement } from '../dataset-error.ts';
import { dropFirst, type Elements, type Item, innerEpoch, type Opening, type Stage } from '../stage.ts';

/** All elements of all stages that `fn` makes of elements: of `cycleLength` of them in turn, `blockLength` of each. */
export function interleaveStage<T, U>(
  name: string,
  input: Stage<T>,
  fn: (element: T) => Stage<U> | Promise<Stage<U>>,
  cycleLength: number,
  blockLength: number,
): Stage<U> {
  const stage: Stage<U> = {
    name,
    inputs: [input],
    size: input.size === 0 ? 0 : undefined,
    open: (at) => dropFirst(interleaved({ ...at, skip: 0 }), at.skip),
  };

  async function* interleaved(at: Opening): Elements<U> {
    const outer = input.open(at);
    const open: (Elements<U> | undefined)[] = new Array<undefined>(cycleLength).fill(undefined);
    let isEnded = false;
    let index = 0;
    try {
      for (let slot = 0; !isEnded || open.some(Boolean); slot = (slot + 1) % cycleLength) {
        if (!open[slot] && !isEnded) {
          const step = await outer.next();
          if (step.done) isEnded = true;
          else open[slot] = (await inner(step.value, index)).open({ ...at, epoch: innerEpoch(at.epoch, index++) });
        }
        const elements = open[slot];
        for (let given = 0; elements && given < blockLength; given++) {
          const step = await elements.next();
          if (!step.done) yield step.value;
          else {
            open[slot] = undefined;
            break;
          }
        }
      }
    } finally {
      for (const elements of open) await elements?.return();
      await outer.return();
    }
  }

  async function inner({ value, origin }: Item<T>, index: number): Promise<Stage<U>> {
    try {
      return await fn(value);
    } catch (error) {
      throw atElement(stage, index, origin, error);
    }
  }
  return stage;
}
