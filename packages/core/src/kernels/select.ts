import type { Tensor } from '@tensorflow/tfjs-core';
import { callOf, inputOf } from '../program/expression.ts';
import { runKernel, zerosOf } from './gradient-helpers.ts';
import { castTo, reshapeTo } from './lowering.ts';
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
  lower: ({ builder, inputs: { condition, t, e }, outputs: [output] }) => {
    const { shape } = builder.typeOf(condition);
    const rank = output!.shape.length;
    // a list of conditions chooses rows
    const aligned =
      shape.length === 1 && rank > 1
        ? reshapeTo(builder, condition, [shape[0]!, ...new Array<number>(rank - 1).fill(1)])
        : condition;
    const choice = callOf('select', inputOf(0), inputOf(1), inputOf(2));
    const [yes, no] = [castTo(builder, t, output!.dtype), castTo(builder, e, output!.dtype)];
    return builder.map(choice, castTo(builder, aligned, 'bool'), yes, no);
  },
};
