import { ops, requireInteger, requireNumber, type Tensor } from '@capas/core';
import type { Resolved } from '../layer-config.ts';
import type { BinaryCrossentropyConfig } from './binary-crossentropy.ts';
import { smoothBinary } from './label-smoothing.ts';
import { Loss } from './loss.ts';
import { sameShapes } from './shapes.ts';

/** Options of {@link BinaryFocalCrossentropy}. */
export interface BinaryFocalCrossentropyConfig extends BinaryCrossentropyConfig {
  /** Whether ones weigh `alpha` and zeros `1 − alpha`. @defaultValue `false` */
  readonly applyClassBalancing?: boolean;
  /** The weight of ones, in 0…1. @defaultValue `0.25` */
  readonly alpha?: number;
  /** How strongly easy samples are left out; 0 is the plain crossentropy. @defaultValue `2` */
  readonly gamma?: number;
}

const defaults = {
  applyClassBalancing: false,
  alpha: 0.25,
  gamma: 2,
  fromLogits: false,
  labelSmoothing: 0,
  axis: -1,
} as const;

/**
 * `mean((1 − pT)^gamma · crossentropy)` with `pT` the probability of the true class: few hard samples count more than many
 * easy ones.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/losses/losses.py`, `binary_focal_crossentropy`; Lin et al., 2018, "Focal Loss for Dense Object Detection"
 * @example
 * binaryFocalCrossentropy().apply([[1]], [[0.5]]); // 0.5² · ln(2) = 0.173
 */
export class BinaryFocalCrossentropy extends Loss<Resolved<BinaryFocalCrossentropyConfig, typeof defaults>> {
  static override readonly className = 'BinaryFocalCrossentropy';

  constructor(config: BinaryFocalCrossentropyConfig = {}) {
    super({ ...defaults, ...config });
    const { alpha, gamma, labelSmoothing, axis } = this.config;
    requireNumber('BinaryFocalCrossentropy', 'alpha', alpha, 0, 1);
    requireNumber('BinaryFocalCrossentropy', 'gamma', gamma, 0);
    requireNumber('BinaryFocalCrossentropy', 'labelSmoothing', labelSmoothing, 0, 1);
    requireInteger('BinaryFocalCrossentropy', 'axis', axis);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { applyClassBalancing, alpha, gamma, fromLogits, labelSmoothing, axis } = this.config;
    const [labels, prediction] = sameShapes('BinaryFocalCrossentropy', yTrue, yPred);
    const truth = smoothBinary(labels, labelSmoothing);
    const p = fromLogits ? ops.sigmoid(prediction) : prediction;
    const ofTruth = mix(truth, p, ops.subtract(1, p));
    const focus = ops.power(ops.subtract(1, ofTruth), gamma);
    const focal = ops.multiply(focus, ops.binaryCrossentropy(truth, p));
    return ops.mean(applyClassBalancing ? ops.multiply(mix(truth, alpha, 1 - alpha), focal) : focal, { axis });
  }
}

/** Short for `new BinaryFocalCrossentropy(config)`. */
export const binaryFocalCrossentropy = (config: BinaryFocalCrossentropyConfig = {}): BinaryFocalCrossentropy =>
  new BinaryFocalCrossentropy(config);

/** `ofOnes` where the label is 1, `ofZeros` where it is 0, and between for labels between. */
const mix = (truth: Tensor, ofOnes: Tensor | number, ofZeros: Tensor | number): Tensor =>
  ops.add(ops.multiply(truth, ofOnes), ops.multiply(ops.subtract(1, truth), ofZeros));
