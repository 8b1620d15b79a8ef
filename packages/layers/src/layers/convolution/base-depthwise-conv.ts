import { ops, type PartialShape, requirePositiveInteger, type Tensor } from '@capas/core';
import type { ConstraintIdentifier } from '../../constraints/index.ts';
import type { InitializerIdentifier } from '../../initializers/index.ts';
import type { Layer } from '../../layer.ts';
import type { Resolved } from '../../layer-config.ts';
import type { RegularizerIdentifier } from '../../regularizers/index.ts';
import type { Weight } from '../../weight.ts';
import { biasDefaults } from '../kernel-config.ts';
import { ConvolutionLayer, type WindowConfig, windowDefaults } from './convolution-layer.ts';

/** Options of the depthwise convolution layers. */
export interface DepthwiseConvConfig extends WindowConfig {
  /** The number of output channels for each input channel. @defaultValue 1 */
  readonly depthMultiplier?: number;
  /** Start of `kernel`. @defaultValue `'glorotUniform'` */
  readonly depthwiseInitializer?: InitializerIdentifier;
  readonly depthwiseRegularizer?: RegularizerIdentifier | null;
  readonly depthwiseConstraint?: ConstraintIdentifier | null;
}

/** Keras's defaults of those options; those of the window and the bias stand with them. */
export const depthwiseDefaults = { depthMultiplier: 1, depthwiseInitializer: 'glorotUniform' } as const;

/**
 * A convolution of each channel by itself, in one or two spatial dimensions.
 *
 * @see Keras 3, `keras/src/layers/convolutional/base_depthwise_conv.py`
 */
export abstract class BaseDepthwiseConv extends ConvolutionLayer<
  Resolved<DepthwiseConvConfig, typeof biasDefaults & typeof windowDefaults & typeof depthwiseDefaults>
> {
  kernel!: Weight;

  constructor(rank: number, config: DepthwiseConvConfig) {
    super(rank, { ...biasDefaults, ...windowDefaults, ...depthwiseDefaults, ...config });
    const { className } = this.constructor as typeof Layer;
    requirePositiveInteger(className, 'depthMultiplier', this.config.depthMultiplier);
  }

  override build(inputShape: PartialShape): void {
    const { depthMultiplier, depthwiseInitializer, depthwiseRegularizer, depthwiseConstraint } = this.config;
    const channels = this.takeChannels(inputShape);
    const kernelShape = [...this.window.kernelSize, channels, depthMultiplier];
    this.kernel = this.addWeight('kernel', kernelShape, depthwiseInitializer, {
      regularizer: depthwiseRegularizer,
      constraint: depthwiseConstraint,
    });
    this.addBias(this.outputChannels(channels));
  }

  protected override convolve(inputs: Tensor): Tensor {
    const { kernelSize: _, ...window } = this.window;
    return ops.depthwiseConv(inputs, this.kernel, { ...window, dataFormat: this.dataFormat });
  }

  protected override outputChannels(inputChannels: number | null): number | null {
    return inputChannels === null ? null : inputChannels * this.config.depthMultiplier;
  }
}
