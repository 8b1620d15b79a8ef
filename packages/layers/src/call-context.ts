import type { Tensor } from '@capas/core';

/** What is known while layers call each other. */
interface CallContext {
  /** How deep we are. */
  depth: number;
  /** The losses added since the outermost call began. */
  losses: Tensor[];
  /** Where losses are put while a step of a loop runs. */
  collected: Tensor[] | undefined;
}

export const callContext: CallContext = { depth: 0, losses: [], collected: undefined };

/**
 * Runs one step of a loop. The losses that layers add in it are results of the step, as nothing else leaves it; the layer
 * that loops adds those of all steps at the end.
 */
export function collectLosses<T>(step: () => T): { readonly result: T; readonly losses: readonly Tensor[] } {
  const { collected } = callContext;
  const losses: Tensor[] = [];
  callContext.collected = losses;
  try {
    return { result: step(), losses };
  } finally {
    callContext.collected = collected;
  }
}
