import { ArgumentError } from '@capas/core';

/** Refuses strides together with dilation, as Keras does. */
export function requireOneStep(
  who: string,
  window: { readonly strides: readonly number[]; readonly dilationRate: readonly number[] },
  received: unknown,
): void {
  if (Math.max(...window.strides) > 1 && Math.max(...window.dilationRate) > 1) {
    throw new ArgumentError(who, 'strides', '1 where dilationRate is above 1', received);
  }
}
