import type { SpaceKernel } from './space.ts';

/** `logits − log Σ exp(logits)` along the last axis. tfjs names the kernel; its backends lack it. */
export const logSoftmax: SpaceKernel = {
  name: 'LogSoftmax',
  run: ({ space, inputs: { logits } }) => {
    const out = space.output(logits!.shape);
    const source = space.of(logits!).view();
    const target = space.of(out).view();
    const length = logits!.shape.at(-1) ?? 1;
    for (let start = 0; start < source.length; start += length) {
      let greatest = Number.NEGATIVE_INFINITY;
      for (let i = start; i < start + length; i++) greatest = Math.max(greatest, source[i]!);
      let total = 0;
      for (let i = start; i < start + length; i++) total += Math.exp(source[i]! - greatest);
      const shift = greatest + Math.log(total);
      for (let i = start; i < start + length; i++) target[i] = source[i]! - shift;
    }
    return out;
  },
};
