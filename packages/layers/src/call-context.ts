import type { Tensor } from '@capas/core';

/** What is known while layers call each other: how deep we are, and the losses added since the outermost call began. */
export const callContext: { depth: number; losses: Tensor[] } = { depth: 0, losses: [] };
