import { type Elements, innerEpoch, type Opening, type Stage } from '../stage.ts';

/** The elements `count` times over. Each time is a pass of its own: what is shuffled before is shuffled anew. */
export function repeatStage<T>(input: Stage<T>, count: number): Stage<T> {
  const { size } = input;
  const isCounted = size !== undefined && size > 0 && size < Number.POSITIVE_INFINITY;
  return {
    name: 'repeat',
    inputs: [input],
    size: count === 0 || size === 0 ? 0 : size === undefined ? undefined : size * count,
    async *open(at: Opening): Elements<T> {
      const first = isCounted ? Math.floor(at.skip / size) : 0;
      let left = isCounted ? at.skip % size : at.skip;
      for (let repetition = first; repetition < count; repetition++) {
        let seen = 0;
        // where the length is not known, what is passed over is counted
        const skip = size === undefined ? 0 : left;
        for await (const item of input.open({ ...at, epoch: innerEpoch(at.epoch, repetition), skip })) {
          seen++;
          if (size === undefined && left > 0) left--;
          else yield item;
        }
        if (seen === 0) return;
        if (size !== undefined) left = 0;
      }
    },
  };
}
