import { ops, type Tensor } from '@capas/core';
import type { Weight } from '../../weight.ts';
import { moveAverage } from './moving-average.ts';

/** Bounds of the corrections of batch renormalization. */
export interface RenormClipping {
  readonly rmin?: number;
  readonly rmax?: number;
  readonly dmax?: number;
}

/** What it needs of the layer's options. */
interface RenormConfig {
  readonly momentum: number;
  readonly epsilon: number;
  readonly renormMomentum: number;
  readonly renormClipping?: RenormClipping | null;
}

/** The weights that renormalization adds. */
interface RenormWeights {
  readonly movingStddev: Weight;
  readonly renormMean: Weight;
  readonly renormStddev: Weight;
}

/**
 * Batch renormalization: a training batch is corrected by `r` and `d` towards the moving statistics, so that training and
 * inference see nearly the same.
 *
 * @see S. Ioffe, "Batch Renormalization", 2017; Keras 3, `BatchNormalization(renorm=True)`
 */
export class BatchRenormalization {
  readonly #config: RenormConfig;
  readonly #weights: RenormWeights;

  constructor(config: RenormConfig, weights: RenormWeights) {
    this.#config = config;
    this.#weights = weights;
  }

  /** Scale and offset with the corrections in them: `(x r + d) gamma + beta`. The corrections get no gradient. */
  correct(
    mean: Tensor,
    variance: Tensor,
    gamma: Tensor | undefined,
    beta: Tensor | undefined,
  ): { scale: Tensor; offset: Tensor } {
    const { epsilon, renormClipping } = this.#config;
    const { rmin, rmax, dmax } = renormClipping ?? {};
    const reference = ops.maximum(this.#weights.renormStddev, Math.sqrt(epsilon));
    let r = ops.divide(ops.sqrt(ops.add(variance, epsilon)), reference);
    let d = ops.divide(ops.subtract(mean, this.#weights.renormMean), reference);
    if (rmin !== undefined) r = ops.maximum(r, rmin);
    if (rmax !== undefined) r = ops.minimum(r, rmax);
    if (dmax !== undefined) d = ops.clip(d, -dmax, dmax);
    r = ops.stopGradient(r);
    d = ops.stopGradient(d);
    const offset = gamma ? ops.multiply(d, gamma) : d;
    return { scale: gamma ? ops.multiply(r, gamma) : r, offset: beta ? ops.add(offset, beta) : offset };
  }

  /** Moves all statistics. */
  update(mean: Tensor, variance: Tensor, movingMean: Weight, movingVariance: Weight): void {
    const { momentum, renormMomentum, epsilon } = this.#config;
    const { movingStddev, renormMean, renormStddev } = this.#weights;
    const stddev = ops.sqrt(ops.add(variance, epsilon));
    moveAverage(renormMean, mean, renormMomentum);
    moveAverage(renormStddev, stddev, renormMomentum);
    moveAverage(movingMean, mean, momentum);
    moveAverage(movingStddev, stddev, momentum);
    // rounding may take the difference below zero
    movingVariance.assign(ops.relu(ops.subtract(ops.square(movingStddev), epsilon)));
  }
}
