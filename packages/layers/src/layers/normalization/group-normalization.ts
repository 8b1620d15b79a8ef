import { ArgumentError, ops, type PartialShape, positiveAxis, ShapeError, showShape, type Tensor } from '@capas/core';
import { Layer } from '../../layer.ts';
import type { Resolved } from '../../layer-config.ts';
import type { Weight } from '../../weight.ts';
import { addScaleAndCenter, type ScaleAndCenterConfig, scaleAndCenterDefaults } from './scale-and-center.ts';

/** Options of {@link GroupNormalization}. */
export interface GroupNormalizationConfig extends ScaleAndCenterConfig {
  /** The number of groups of channels: it divides that of channels. −1: a group for each channel. @defaultValue 32 */
  readonly groups?: number;
  /** The axis of the channels. @defaultValue −1: the last */
  readonly axis?: number;
}

const defaults = { groups: 32, axis: -1 } as const;

/**
 * Normalizes each sample by the mean and variance of each of its groups of channels:
 * `gamma · (x − mean) / √(variance + epsilon) + beta`. One group: as layer normalization over all axes; as many as
 * channels: instance normalization.
 *
 * Shapes: the output has the shape of the input.
 * Weights: `gamma`, `beta`, each `[channels]`.
 *
 * @throws ArgumentError if `groups` is no integer above 0 or −1; ShapeError if it does not divide the channels
 * @see Wu and He, 2018, https://arxiv.org/abs/1803.08494; Keras 3, `keras/src/layers/normalization/group_normalization.py`
 * @example
 * new GroupNormalization({ groups: 2 }).apply(random.normal([8, 16, 16, 4]));
 */
export class GroupNormalization extends Layer<
  Resolved<GroupNormalizationConfig, typeof scaleAndCenterDefaults & typeof defaults>
> {
  static override readonly className = 'GroupNormalization';
  override autocast = false;
  gamma: Weight | undefined;
  beta: Weight | undefined;

  constructor(config: GroupNormalizationConfig = {}) {
    super({ ...scaleAndCenterDefaults, ...defaults, ...config });
    const { groups, axis } = this.config;
    if (!Number.isInteger(groups) || (groups < 1 && groups !== -1))
      throw new ArgumentError('GroupNormalization', 'groups', 'a positive integer or -1', groups);
    if (!Number.isInteger(axis)) throw new ArgumentError('GroupNormalization', 'axis', 'an integer', axis);
    this.supportsMasking = true;
  }

  override build(inputShape: PartialShape): void {
    const axis = this.#axis(inputShape);
    const channels = inputShape[axis]!;
    this.#groups(channels);
    this.inputSpec = { rank: inputShape.length, axes: { [axis]: channels } };
    const { gamma, beta } = addScaleAndCenter(this as unknown as Layer, this.config, [channels]);
    this.gamma = gamma;
    this.beta = beta;
  }

  override call(inputs: Tensor): Tensor {
    const { shape } = inputs;
    const axis = this.#axis(shape);
    const groups = this.#groups(shape[axis]!);
    const split = [groups, shape[axis]! / groups];
    const grouped = ops.reshape(inputs, [...shape.slice(0, axis), ...split, ...shape.slice(axis + 1)]);
    const axes = grouped.shape.map((_, i) => i).filter((i) => i !== 0 && i !== axis);
    const broadcast = grouped.shape.map((_, i) => (i === axis ? split[0]! : i === axis + 1 ? split[1]! : 1));
    const perChannel = (weight: Weight): Tensor => ops.reshape(weight, broadcast);
    const normalized = ops.layerNormalization(grouped, {
      axis: axes,
      epsilon: this.config.epsilon,
      gamma: this.gamma ? perChannel(this.gamma) : null,
      beta: this.beta ? perChannel(this.beta) : null,
    });
    return ops.reshape(normalized, shape);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    this.#axis(inputShape);
    return inputShape;
  }

  #axis(shape: PartialShape): number {
    return positiveAxis(`Layer '${this.name}'`, this.config.axis, shape.length);
  }

  #groups(channels: number | null): number {
    const groups = this.config.groups === -1 ? channels : this.config.groups;
    if (channels === null || groups === null || channels % groups !== 0) {
      throw new ShapeError(
        `Layer '${this.name}': the number of channels must be known and a multiple of \`groups\` (${groups}). Received: ${showShape([channels])}.`,
      );
    }
    return groups;
  }
}

/** Short for `new GroupNormalization(config)`. */
export const groupNormalization = (config: GroupNormalizationConfig = {}): GroupNormalization =>
  new GroupNormalization(config);
