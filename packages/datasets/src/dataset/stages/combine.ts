import { tree } from '@capas/core';
import { type Elements, joinOrigins, type Stage } from '../stage.ts';

/** Elements of several stages together, in a tree of the form of `form`; as many as the shortest has. */
export function zipStage<T>(inputs: readonly Stage<unknown>[], form: unknown): Stage<T> {
  const sizes = inputs.map(({ size }) => size);
  return {
    name: 'zip',
    inputs,
    size: sizes.includes(0) ? 0 : sizes.includes(undefined) ? undefined : Math.min(...(sizes as number[])),
    async *open(at): Elements<T> {
      const open = inputs.map((input) => input.open(at));
      try {
        for (;;) {
          const steps = [];
          for (const elements of open) {
            const step = await elements.next();
            if (step.done) return;
            steps.push(step.value);
          }
          const values = steps.map(({ value }) => value);
          yield { value: tree.packSequenceAs(form, values) as T, origin: joinOrigins(steps) };
        }
      } finally {
        for (const elements of open) await elements.return();
      }
    },
  };
}

/** The elements of one stage after those of the other. */
export function concatenateStage<T>(first: Stage<T>, second: Stage<T>): Stage<T> {
  const sizes = [first.size, second.size];
  return {
    name: 'concatenate',
    inputs: [first, second],
    size: sizes.includes(Number.POSITIVE_INFINITY)
      ? Number.POSITIVE_INFINITY
      : sizes.includes(undefined)
        ? undefined
        : first.size! + second.size!,
    async *open(at): Elements<T> {
      let before = first.size;
      if (before === undefined || at.skip < before) {
        // where the first does not know its length, what is passed over is counted
        const canSkip = before !== undefined;
        let seen = 0;
        for await (const item of first.open(canSkip ? at : { ...at, skip: 0 }))
          if (canSkip || seen++ >= at.skip) yield item;
        before ??= seen;
      }
      yield* second.open({ ...at, skip: Math.max(0, at.skip - before) });
    },
  };
}
