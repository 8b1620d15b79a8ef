import type { Tensor } from '@tensorflow/tfjs-core';
import { runKernel, zerosOf } from './gradient-helpers.ts';
import type { KernelSpec } from './spec.ts';

/** `t` where `condition` holds, `e` elsewhere. A condition of rank 1 chooses whole rows. */
export const select: KernelSpec<'condition' | 't' | 'e'> = {
  name: 'Select',
  inputs: ['condition', 't', 'e'],
  kind: 'elementwise',
  infer: ({ t }) => t,
  gradient: {
    saves: { inputs: ['condition'] },
    // chosen, not multiplied by 0 and 1: an infinite gradient on the other side would leave NaN
    run: ({ dy, inputs: { condition } }) => {
      const pick = (t: Tensor, e: Tensor): Tensor => runKernel('Select', { condition, t, e });
      return {
        condition: () => zerosOf(condition.shape),
        t: () => pick(dy, zerosOf(dy.shape)),
        e: () => pick(zerosOf(dy.shape), dy),
      };
    },
  },
};
