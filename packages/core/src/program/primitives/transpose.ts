import { definePrimitive, type Primitive } from '../primitive.ts';
import { transposed } from '../strided.ts';
import { requireAxes, requirePerAxis } from './axes.ts';

/** The same elements with axis `perm[i]` of `x` in place `i`. */
export const transpose: Primitive = definePrimitive({
  name: 'transpose',
  arity: 1,
  attributes: { perm: 'integers' },
  infer: ([x], { perm }) => {
    requirePerAxis('transpose', 'perm', perm, x!.shape);
    requireAxes('transpose', 'perm', perm, x!.shape);
    return [{ ...x!, shape: perm.map((axis) => x!.shape[axis]!) }];
  },
  evaluate: ([x], { perm }) => [transposed(x!, perm)],
});
