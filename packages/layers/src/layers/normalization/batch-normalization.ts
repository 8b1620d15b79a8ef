import {
  ArgumentError,
  config,
  ops,
  type PartialShape,
  positiveAxis,
  requireNumber,
  ShapeError,
  showShape,
  type Tensor,
} from '@capas/core';
import { getInitializer, type InitializerIdentifier } from '../../initializers/index.ts';
import { Layer } from '../../layer.ts';
import type { CallOptions, Resolved } from '../../layer-config.ts';
import type { Weight } from '../../weight.ts';
import { BatchRenormalization, type RenormClipping } from './batch-renormalization.ts';
import { moveAverage } from './moving-average.ts';
import { addScaleAndCenter, type ScaleAndCenterConfig, scaleAndCenterDefaults } from './scale-and-center.ts';

/** Options of {@link BatchNormalization}. */
export interface BatchNormalizationConfig extends ScaleAndCenterConfig {
  /** The axis of the features: each has statistics of its own. @defaultValue −1: the last */
  readonly axis?: number;
  /** How much of the moving statistics a training step keeps. @defaultValue 0.99 */
  readonly momentum?: number;
  readonly movingMeanInitializer?: InitializerIdentifier;
  readonly movingVarianceInitializer?: InitializerIdentifier;
  /** Whether the statistics are those of all devices: there is one. @defaultValue `false` */
  readonly synchronized?: boolean;
  /** Whether to correct batches towards the moving statistics while training (batch renormalization). @defaultValue `false` */
  readonly renorm?: boolean;
  readonly renormClipping?: RenormClipping | null;
  /** @defaultValue 0.99 */
  readonly renormMomentum?: number;
}

const defaults = {
  axis: -1,
  momentum: 0.99,
  movingMeanInitializer: 'zeros',
  movingVarianceInitializer: 'ones',
  renorm: false,
  renormMomentum: 0.99,
} as const;

/**
 * Normalizes each feature: `gamma · (x − mean) / √(variance + epsilon) + beta`.
 *
 * While training, mean and variance are those of the batch, and move the moving statistics; otherwise, and always where
 * the layer is frozen (`trainable = false`), they are the moving ones, which then stay as they are.
 *
 * Shapes: the output has the shape of the input.
 * Weights: `gamma`, `beta` (trained), `movingMean`, `movingVariance`, each `[features]`.
 *
 * @see Keras 3, `keras/src/layers/normalization/batch_normalization.py`
 * @example
 * new BatchNormalization().apply(ops.ones([8, 4]), { training: true });
 */
export class BatchNormalization extends Layer<
  Resolved<BatchNormalizationConfig, typeof scaleAndCenterDefaults & typeof defaults>
> {
  static override readonly className = 'BatchNormalization';
  gamma: Weight | undefined;
  beta: Weight | undefined;
  movingMean!: Weight;
  movingVariance!: Weight;
  #renorm: BatchRenormalization | undefined;
  #axis = -1;

  constructor(config: BatchNormalizationConfig = {}) {
    super({ ...scaleAndCenterDefaults, ...defaults, ...config });
    requireNumber('BatchNormalization', 'momentum', this.config.momentum, 0, 1);
    if (!Number.isInteger(this.config.axis))
      throw new ArgumentError('BatchNormalization', 'axis', 'an integer', config.axis);
    this.supportsMasking = true;
  }

  override build(inputShape: PartialShape): void {
    const { config } = this;
    this.#axis = positiveAxis(`Layer '${this.name}'`, config.axis, inputShape.length);
    const shape = [inputShape[this.#axis]!];
    const { gamma, beta } = addScaleAndCenter(this as unknown as Layer, config, shape);
    this.gamma = gamma;
    this.beta = beta;
    const still = { trainable: false, autocast: false };
    this.movingMean = this.addWeight('moving_mean', shape, config.movingMeanInitializer, still);
    this.movingVariance = this.addWeight('moving_variance', shape, config.movingVarianceInitializer, still);
    if (config.renorm) {
      const variance = getInitializer(config.movingVarianceInitializer);
      const stddev: InitializerIdentifier = (dims, dtype) => ops.sqrt(variance.call(dims, dtype));
      this.#renorm = new BatchRenormalization(config, {
        movingStddev: this.addWeight('moving_stddev', shape, stddev, still),
        renormMean: this.addWeight('renorm_mean', shape, config.movingMeanInitializer, still),
        renormStddev: this.addWeight('renorm_stddev', shape, stddev, still),
      });
    }
    this.inputSpec = { rank: inputShape.length, axes: { [this.#axis]: shape[0]! } };
  }

  override call(inputs: Tensor, { training, mask }: CallOptions): Tensor {
    const { momentum } = this.config;
    if (!training || !this.trainable)
      return this.#normalize(
        inputs,
        this.movingMean.value,
        this.movingVariance.value,
        this.gamma?.value,
        this.beta?.value,
      );
    const [mean, variance] = this.#moments(inputs, mask as Tensor | undefined);
    if (this.#renorm) {
      const { scale, offset } = this.#renorm.correct(mean, variance, this.gamma?.value, this.beta?.value);
      this.#renorm.update(mean, variance, this.movingMean, this.movingVariance);
      return this.#normalize(inputs, mean, variance, scale, offset);
    }
    moveAverage(this.movingMean, mean, momentum);
    moveAverage(this.movingVariance, variance, momentum);
    return this.#normalize(inputs, mean, variance, this.gamma?.value, this.beta?.value);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    positiveAxis(`Layer '${this.name}'`, this.config.axis, inputShape.length);
    return inputShape;
  }

  #normalize(
    inputs: Tensor,
    mean: Tensor,
    variance: Tensor,
    scale: Tensor | undefined,
    offset: Tensor | undefined,
  ): Tensor {
    return ops.batchNormalization(inputs, mean, variance, this.#axis, {
      epsilon: this.config.epsilon,
      ...(scale && { scale }),
      ...(offset && { offset }),
    });
  }

  /** Mean and variance of each feature over the batch, or over what the mask keeps of it. */
  #moments(inputs: Tensor, mask: Tensor | undefined): [Tensor, Tensor] {
    const axes = inputs.shape.map((_, axis) => axis).filter((axis) => axis !== this.#axis);
    if (!mask) return ops.moments(inputs, axes);
    if (mask.rank !== inputs.rank - 1) {
      throw new ShapeError(
        `Layer '${this.name}': the mask must have one axis less than the input ${showShape(inputs.shape)}. Received: ${showShape(mask.shape)}.`,
      );
    }
    const kept = ops.cast(ops.broadcastTo(ops.expandDims(mask, -1), inputs.shape), 'bool');
    const zeros = ops.zerosLike(inputs);
    const count = ops.add(ops.sum(ops.cast(kept, 'float32'), { axis: axes, keepdims: true }), config.epsilon());
    const mean = ops.divide(ops.sum(ops.where(kept, inputs, zeros), { axis: axes, keepdims: true }), count);
    const difference = ops.where(kept, ops.subtract(inputs, mean), zeros);
    const variance = ops.divide(ops.sum(ops.square(difference), { axis: axes, keepdims: true }), count);
    const features = [inputs.shape[this.#axis]!];
    return [ops.reshape(mean, features), ops.reshape(variance, features)];
  }
}

/** Short for `new BatchNormalization(config)`. */
export const batchNormalization = (config: BatchNormalizationConfig = {}): BatchNormalization =>
  new BatchNormalization(config);
