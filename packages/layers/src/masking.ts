import type { Tensor } from '@capas/core';

/** The masks of some tensors: that of the first, or a list with one each. */
export type Masks = Tensor | readonly (Tensor | undefined)[] | undefined;

/** The masks that travel with tensors: bool, `true` where a time step counts. Kept beside the tensor, as in Keras. */
const masks = new WeakMap<Tensor, Tensor>();

/** The mask attached to a tensor. */
export const maskOf = (tensor: Tensor): Tensor | undefined => masks.get(tensor);

/** Attaches a mask to a tensor, for the layers that it is passed to. */
export function attachMask(tensor: Tensor, mask: Tensor | undefined): void {
  if (mask) masks.set(tensor, mask);
}

/** Attaches masks to the tensors that have none yet; they are asked for only if there are such tensors. */
export function attachMasks(tensors: readonly Tensor[], make: () => Masks): void {
  if (tensors.every((tensor) => masks.has(tensor))) return;
  const given = make();
  const list = Array.isArray(given) ? (given as readonly (Tensor | undefined)[]) : [given as Tensor | undefined];
  for (const [i, tensor] of tensors.entries()) if (!masks.has(tensor)) attachMask(tensor, list[i]);
}
