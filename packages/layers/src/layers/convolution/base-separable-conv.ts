import { ops, type PartialShape, requirePositiveInteger, type Tensor } from '@capas/core';
import type { ConstraintIdentifier } from '../../constraints/index.ts';
import type { InitializerIdentifier } from '../../initializers/index.ts';
import type { Layer } from '../../layer.ts';
import type { Resolved } from '../../layer-config.ts';
import type { RegularizerIdentifier } from '../../regularizers/index.ts';
import type { Weight } from '../../weight.ts';
import { biasDefaults } from '../kernel-config.ts';
import { type DepthwiseConvConfig, depthwiseDefaults } from './base-depthwise-conv.ts';
import { ConvolutionLayer, windowDefaults } from './convolution-layer.ts';

/** Options of the separable convolution layers. */
export interface SeparableConvConfig extends DepthwiseConvConfig {
  /** The number of output channels. */
  readonly filters: number;
  /** Start of `pointwise_kernel`. @defaultValue `'glorotUniform'` */
  readonly pointwiseInitializer?: InitializerIdentifier;
  readonly pointwiseRegularizer?: RegularizerIdentifier | null;
  readonly pointwiseConstraint?: ConstraintIdentifier | null;
}

const defaults = { pointwiseInitializer: 'glorotUniform' } as const;
type Defaults = typeof biasDefaults & typeof windowDefaults & typeof depthwiseDefaults & typeof defaults;

/**
 * A convolution of each channel by itself, then one with windows of a single element that mixes the channels.
 *
 * @see Keras 3, `keras/src/layers/convolutional/base_separable_conv.py`
 */
export abstract class BaseSeparableConv extends ConvolutionLayer<Resolved<SeparableConvConfig, Defaults>> {
  depthwiseKernel!: Weight;
  pointwiseKernel!: Weight;

  constructor(rank: number, config: SeparableConvConfig) {
    super(rank, { ...biasDefaults, ...windowDefaults, ...depthwiseDefaults, ...defaults, ...config });
    const { className } = this.constructor as typeof Layer;
    requirePositiveInteger(className, 'filters', config.filters);
    requirePositiveInteger(className, 'depthMultiplier', this.config.depthMultiplier);
  }

  override build(inputShape: PartialShape): void {
    const { filters, depthMultiplier, ...config } = this.config;
    const { kernelSize } = this.window;
    const channels = this.takeChannels(inputShape);
    const depthwiseShape = [...kernelSize, channels, depthMultiplier];
    this.depthwiseKernel = this.addWeight('depthwise_kernel', depthwiseShape, config.depthwiseInitializer, {
      regularizer: config.depthwiseRegularizer,
      constraint: config.depthwiseConstraint,
    });
    const pointwiseShape = [...kernelSize.map(() => 1), channels! * depthMultiplier, filters];
    this.pointwiseKernel = this.addWeight('pointwise_kernel', pointwiseShape, config.pointwiseInitializer, {
      regularizer: config.pointwiseRegularizer,
      constraint: config.pointwiseConstraint,
    });
    this.addBias(filters);
  }

  protected override convolve(inputs: Tensor): Tensor {
    const { kernelSize: _, ...window } = this.window;
    const options = { ...window, dataFormat: this.dataFormat };
    return ops.separableConv(inputs, this.depthwiseKernel, this.pointwiseKernel, options);
  }

  protected override outputChannels(): number {
    return this.config.filters;
  }
}
