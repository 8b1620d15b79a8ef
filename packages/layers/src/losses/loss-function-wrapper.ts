import type { Tensor } from '@capas/core';
import { Loss, type LossConfig } from './loss.ts';
import { matchRanks } from './reduction.ts';

/** A function that may stand for a loss: from tensors to the losses of the samples, written in `ops`. */
export type LossFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

/**
 * Makes a loss of a function: ranks that differ by a last axis of length 1 are made equal, then it is called.
 *
 * @example
 * model.compile({ loss: (yTrue, yPred) => ops.mean(ops.abs(ops.subtract(yTrue, yPred)), { axis: -1 }) });
 */
export class LossFunctionWrapper extends Loss {
  static override readonly className = 'LossFunctionWrapper';
  readonly fn: LossFunction;

  constructor(fn: LossFunction, config: LossConfig = {}) {
    super({ ...(fn.name && { name: fn.name }), ...config });
    this.fn = fn;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return this.fn(...matchRanks(yTrue, yPred));
  }
}
