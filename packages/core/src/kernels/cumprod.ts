import {
  add,
  fill,
  reverse as flip,
  mul,
  pad,
  cumprod as runningProduct,
  slice,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { positiveAxis } from '../tensor/shape.ts';
import { accumulated } from './families.ts';
import { castTo, emitOne } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** The product of all elements up to each along an axis; `exclusive` leaves out the element itself, `reverse` starts at the end. */
export const cumprod: KernelSpec<'x'> = {
  name: 'Cumprod',
  inputs: ['x'],
  kind: 'scan',
  infer: ({ x }) => ({ shape: x.shape, dtype: accumulated(x.dtype) }),
  gradient: {
    saves: { inputs: ['x'] },
    run: ({ dy, inputs: { x }, attrs }) => {
      const axis = positiveAxis('Cumprod', attrs.axis as number, x.rank);
      const turn = (tensor: Tensor): Tensor => (attrs.reverse ? flip(tensor, axis) : tensor);
      return { x: () => turn(forwardGradient(turn(dy), turn(x), axis, attrs.exclusive === true)) };
    },
  },
  lower: ({ builder, inputs: { x }, attrs, outputs: [output] }) =>
    emitOne(builder, 'scan', [castTo(builder, x, output!.dtype)], {
      kind: 'prod',
      axis: positiveAxis('Cumprod', attrs.axis as number, output!.shape.length),
      exclusive: attrs.exclusive === true,
      reverse: attrs.reverse === true,
    }),
};

/**
 * Without a division, so that it is right where elements are 0: `dx[j] = (x[0] … x[j-1]) · s[j]` with
 * `s[j] = dy[j] + x[j+1] · s[j+1]`.
 */
function forwardGradient(dy: Tensor, x: Tensor, axis: number, exclusive: boolean): Tensor {
  const before = runningProduct(x, axis, true);
  return mul(before, backwardRecurrence(shiftLeft(x, axis, 1), exclusive ? shiftLeft(dy, axis, 1) : dy, axis));
}

/** `s[j] = b[j] + a[j] · s[j+1]`, by doubling: after each step, `s` covers twice as many terms. */
function backwardRecurrence(a: Tensor, b: Tensor, axis: number): Tensor {
  let factor = a;
  let total = b;
  for (let distance = 1; distance < a.shape[axis]!; distance *= 2) {
    total = add(total, mul(factor, shiftLeft(total, axis, distance)));
    factor = mul(factor, shiftLeft(factor, axis, distance));
  }
  return total;
}

/** Element `j + distance` in the place of `j`, 0 beyond the end. */
function shiftLeft(x: Tensor, axis: number, distance: number): Tensor {
  const length = x.shape[axis]!;
  if (distance >= length) return mul(x, fill([], 0));
  const rest = slice(x, new Array<number>(x.rank).fill(0).with(axis, distance), x.shape.with(axis, length - distance));
  return pad(
    rest,
    x.shape.map((_, i): [number, number] => [0, i === axis ? distance : 0]),
  );
}
