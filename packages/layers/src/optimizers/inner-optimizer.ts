import { ArgumentError } from '@capas/core';
import { Optimizer } from './optimizer.ts';

/**
 * An optimizer that has variables of its own to train: none that hands its work on.
 *
 * @throws ArgumentError
 */
export function requireInner(who: string, argument: string, optimizer: unknown): Optimizer {
  if (!(optimizer instanceof Optimizer)) throw new ArgumentError(who, argument, 'an optimizer', optimizer);
  if (optimizer.innerOptimizers.length > 0)
    throw new ArgumentError(who, argument, 'an optimizer that has none in it', optimizer);
  return optimizer;
}
