import {
  ArgumentError,
  type DataFormat,
  isChannelsFirst,
  ops,
  type PartialShape,
  requirePositiveInteger,
  ShapeError,
  showShape,
  type Tensor,
} from '@capas/core';
import { type Activation, getActivation } from '../../activations/index.ts';
import { Layer } from '../../layer.ts';
import type { Resolved } from '../../layer-config.ts';
import type { Weight } from '../../weight.ts';
import { type KernelConfig, kernelDefaults } from '../kernel-config.ts';
import { type Padding, paddingOf, spatialList, windowCount } from '../window.ts';

/** Options of the convolution layers. */
export interface ConvConfig extends KernelConfig {
  /** The number of output channels. */
  readonly filters: number;
  /** The size of the window: one number for all spatial axes, or one each. */
  readonly kernelSize: number | readonly number[];
  /** The step of the window. @defaultValue 1 */
  readonly strides?: number | readonly number[];
  /** @defaultValue `'valid'` */
  readonly padding?: Padding;
  /** @defaultValue `'channelsLast'` */
  readonly dataFormat?: DataFormat | null;
  /** The distance between the elements of the window. @defaultValue 1 */
  readonly dilationRate?: number | readonly number[];
  /** The channels are split into so many groups, each with filters of its own. @defaultValue 1 */
  readonly groups?: number;
}

const defaults = {
  strides: 1,
  padding: 'valid',
  dilationRate: 1,
  groups: 1,
} as const;

/**
 * The convolution in any number of spatial dimensions: `activation(conv(inputs, kernel) + bias)`.
 *
 * @see Keras 3, `keras/src/layers/convolutional/base_conv.py`
 */
export abstract class BaseConv extends Layer<Resolved<ConvConfig, typeof defaults & typeof kernelDefaults>> {
  kernel!: Weight;
  bias: Weight | undefined;
  readonly #rank: number;
  readonly #kernelSize: readonly number[];
  readonly #strides: readonly number[];
  readonly #dilation: readonly number[];
  readonly #padding: Padding;
  readonly #channelsFirst: boolean;
  readonly #activation: Activation;

  constructor(rank: number, config: ConvConfig) {
    super({ ...kernelDefaults, ...defaults, ...config });
    const { className } = this.constructor as typeof Layer;
    this.#rank = rank;
    requirePositiveInteger(className, 'filters', config.filters);
    requirePositiveInteger(className, 'groups', this.config.groups);
    if (config.filters % this.config.groups !== 0) {
      throw new ArgumentError(className, 'filters', `a multiple of groups (${this.config.groups})`, config.filters);
    }
    this.#kernelSize = spatialList(className, 'kernelSize', config.kernelSize, rank);
    this.#strides = spatialList(className, 'strides', this.config.strides, rank);
    this.#dilation = spatialList(className, 'dilationRate', this.config.dilationRate, rank);
    if (Math.max(...this.#strides) > 1 && Math.max(...this.#dilation) > 1) {
      throw new ArgumentError(className, 'strides', '1 where dilationRate is above 1', this.config.strides);
    }
    this.#padding = paddingOf(className, this.config.padding);
    this.#channelsFirst = isChannelsFirst(className, config.dataFormat);
    this.#activation = getActivation(this.config.activation);
    this.inputSpec = { rank: rank + 2 };
  }

  override build(inputShape: PartialShape): void {
    const { filters, groups, useBias, kernelInitializer, biasInitializer, ...config } = this.config;
    const channelAxis = this.#channelsFirst ? 1 : -1;
    const channels = inputShape.at(channelAxis)!;
    if (typeof channels === 'number' && channels % groups !== 0) {
      throw new ShapeError(
        `Layer '${this.name}': the ${channels} channels of ${showShape(inputShape)} cannot be split into ${groups} groups.`,
      );
    }
    this.kernel = this.addWeight(
      'kernel',
      [...this.#kernelSize, channels === null ? null : channels / groups, filters],
      kernelInitializer,
      { regularizer: config.kernelRegularizer, constraint: config.kernelConstraint },
    );
    if (useBias) {
      this.bias = this.addWeight('bias', [filters], biasInitializer, {
        regularizer: config.biasRegularizer,
        constraint: config.biasConstraint,
      });
    }
    this.inputSpec = { rank: this.#rank + 2, axes: { [channelAxis]: channels } };
  }

  override call(inputs: Tensor): Tensor {
    this.computeOutputShape(inputs.shape); // refuses an image that is smaller than the window
    const product = ops.conv(inputs, this.kernel, {
      strides: this.#strides,
      padding: this.#padding,
      dataFormat: this.#channelsFirst ? 'channelsFirst' : 'channelsLast',
      dilationRate: this.#dilation,
    });
    return this.#activation(this.bias ? ops.add(product, this.#biasFor(product)) : product);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const spatial = this.#channelsFirst ? inputShape.slice(2) : inputShape.slice(1, -1);
    const counts = spatial.map((length, i) =>
      windowCount(`Layer '${this.name}'`, length, {
        size: this.#kernelSize[i]!,
        stride: this.#strides[i]!,
        dilation: this.#dilation[i]!,
        padding: this.#padding,
      }),
    );
    const { filters } = this.config;
    return this.#channelsFirst ? [inputShape[0]!, filters, ...counts] : [inputShape[0]!, ...counts, filters];
  }

  #biasFor(product: Tensor): Weight | Tensor {
    if (!this.#channelsFirst) return this.bias!;
    return ops.reshape(this.bias!, [1, this.config.filters, ...product.shape.slice(2).map(() => 1)]);
  }
}
