import { type DataFormat, isChannelsFirst, ops, type PartialShape, type Tensor } from '@capas/core';
import { type Activation, getActivation } from '../../activations/index.ts';
import { Layer } from '../../layer.ts';
import type { Resolved } from '../../layer-config.ts';
import type { Weight } from '../../weight.ts';
import type { BiasConfig, biasDefaults } from '../kernel-config.ts';
import { causalPaddingOf, type Padding, paddingOf, spatialList, windowCount } from '../window.ts';

/** Options that all convolution layers have. */
export interface WindowConfig extends BiasConfig {
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
}

/** As {@link WindowConfig}, for layers that can look back only. */
export type CausalWindowConfig = Omit<WindowConfig, 'padding'> & { readonly padding?: Padding | 'causal' };

/** Keras's defaults of those options; those of the bias stand with it. */
export const windowDefaults = { strides: 1, padding: 'valid', dilationRate: 1 } as const;

/**
 * What all convolutions are: a product of windows with kernels, then a bias for each output channel and an activation.
 * Subclasses make the kernels and compute the product.
 */
export abstract class ConvolutionLayer<
  Config extends Resolved<CausalWindowConfig, typeof biasDefaults & typeof windowDefaults>,
> extends Layer<Config> {
  bias: Weight | undefined;
  /** The options of the window, one number for each spatial axis. */
  protected readonly window: {
    readonly kernelSize: readonly number[];
    readonly strides: readonly number[];
    readonly dilationRate: readonly number[];
    readonly padding: Padding | 'causal';
  };
  protected readonly dataFormat: 'channelsFirst' | 'channelsLast';
  readonly #activation: Activation;

  constructor(rank: number, config: Config, isCausal = false) {
    super(config);
    const { className } = this.constructor as typeof Layer;
    this.window = {
      kernelSize: spatialList(className, 'kernelSize', config.kernelSize, rank),
      strides: spatialList(className, 'strides', config.strides, rank),
      dilationRate: spatialList(className, 'dilationRate', config.dilationRate, rank),
      padding: (isCausal ? causalPaddingOf : paddingOf)(className, config.padding),
    };
    this.dataFormat = isChannelsFirst(className, config.dataFormat) ? 'channelsFirst' : 'channelsLast';
    this.#activation = getActivation(config.activation);
    this.inputSpec = { rank: rank + 2 };
  }

  override call(inputs: Tensor): Tensor {
    this.computeOutputShape(inputs.shape); // refuses an image that is smaller than the window
    const product = this.convolve(inputs);
    return this.#activation(this.bias ? ops.add(product, this.#biasFor(product)) : product);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const spatial = this.isChannelsFirst ? inputShape.slice(2) : inputShape.slice(1, -1);
    const counts = spatial.map((length, axis) => this.outputLength(length, axis));
    const channels = this.outputChannels(inputShape.at(this.channelAxis)!);
    return this.isChannelsFirst ? [inputShape[0]!, channels, ...counts] : [inputShape[0]!, ...counts, channels];
  }

  /** The convolution without bias and activation. */
  protected abstract convolve(inputs: Tensor): Tensor;

  /** The number of channels of the output. */
  protected abstract outputChannels(inputChannels: number | null): number | null;

  /** The length of a spatial axis of the output. */
  protected outputLength(length: number | null, axis: number): number | null {
    const { kernelSize, strides, dilationRate, padding } = this.window;
    const window = { size: kernelSize[axis]!, stride: strides[axis]!, dilation: dilationRate[axis]!, padding };
    return windowCount(`Layer '${this.name}'`, length, window);
  }

  /** The channels of the input, for `build`: from then on they are asked of each input. */
  protected takeChannels(inputShape: PartialShape): number | null {
    const channels = inputShape.at(this.channelAxis)!;
    this.inputSpec = { rank: inputShape.length, axes: { [this.channelAxis]: channels! } };
    return channels;
  }

  /** Makes the bias if there is to be one, for `build`. */
  protected addBias(channels: number | null): void {
    const { useBias, biasInitializer, biasRegularizer, biasConstraint } = this.config;
    if (!useBias) return;
    this.bias = this.addWeight('bias', [channels], biasInitializer, {
      regularizer: biasRegularizer,
      constraint: biasConstraint,
    });
  }

  protected get isChannelsFirst(): boolean {
    return this.dataFormat === 'channelsFirst';
  }

  protected get channelAxis(): 1 | -1 {
    return this.isChannelsFirst ? 1 : -1;
  }

  #biasFor(product: Tensor): Weight | Tensor {
    if (!this.isChannelsFirst) return this.bias!;
    return ops.reshape(this.bias!, [1, -1, ...product.shape.slice(2).map(() => 1)]);
  }
}
