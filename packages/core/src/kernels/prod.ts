import { cumprod, mul, reshape, type Tensor, transpose } from '@tensorflow/tfjs-core';
import { accumulated, type ReductionContext, reduction } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** The product along axes. Its derivative is the product of all others, right also where some are 0. */
export const prod: KernelSpec<'x'> = reduction('Prod', 'prod', accumulated, ({ dy, x, axes }) =>
  mul(dy, productOfOthers({ x, axes })),
);

function productOfOthers({ x, axes }: Pick<ReductionContext, 'x' | 'axes'>): Tensor {
  const rest = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = [...rest, ...axes];
  const ordered = transpose(x, order);
  const rows = reshape(ordered, [-1, axes.reduce((size, axis) => size * x.shape[axis]!, 1)]);
  const others = mul(cumprod(rows, 1, true, false), cumprod(rows, 1, true, true));
  const back = order.map((_, axis) => order.indexOf(axis));
  return transpose(reshape(others, ordered.shape), back);
}
