import type { Tensor } from '@capas/core';

/** The masks that travel with tensors: bool, `true` where a time step counts. Kept beside the tensor, as in Keras. */
const masks = new WeakMap<Tensor, Tensor>();

/** The mask attached to a tensor. */
export const maskOf = (tensor: Tensor): Tensor | undefined => masks.get(tensor);

/** Attaches a mask to a tensor, for the layers that it is passed to. */
export function attachMask(tensor: Tensor, mask: Tensor | undefined): void {
  if (mask) masks.set(tensor, mask);
}
