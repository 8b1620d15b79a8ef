import {
  ArgumentError,
  ops,
  type PartialShape,
  requirePositiveInteger,
  type Tensor,
  transposedLength,
} from '@capas/core';
import type { Layer } from '../../layer.ts';
import type { Resolved } from '../../layer-config.ts';
import type { Weight } from '../../weight.ts';
import { type KernelConfig, kernelDefaults } from '../kernel-config.ts';
import { spatialList } from '../window.ts';
import { ConvolutionLayer, type WindowConfig, windowDefaults } from './convolution-layer.ts';
import { requireOneStep } from './require-one-step.ts';

/** Options of the transposed convolution layers. */
export interface ConvTransposeConfig extends WindowConfig, KernelConfig {
  /** The number of output channels. */
  readonly filters: number;
  /** Elements added at the end of each spatial axis, fewer than the stride. @defaultValue none, or what the strides leave */
  readonly outputPadding?: number | readonly number[] | null;
}

const defaults = { outputPadding: null } as const;
type Defaults = typeof kernelDefaults & typeof windowDefaults & typeof defaults;

/**
 * The transpose of a convolution in any number of spatial dimensions, which enlarges by its strides.
 *
 * @see Keras 3, `keras/src/layers/convolutional/base_conv_transpose.py`
 */
export abstract class BaseConvTranspose extends ConvolutionLayer<Resolved<ConvTransposeConfig, Defaults>> {
  kernel!: Weight;
  readonly #outputPadding: readonly number[] | undefined;

  constructor(rank: number, config: ConvTransposeConfig) {
    super(rank, { ...kernelDefaults, ...windowDefaults, ...defaults, ...config });
    const { className } = this.constructor as typeof Layer;
    requirePositiveInteger(className, 'filters', config.filters);
    requireOneStep(className, this.window, this.config.strides);
    const { outputPadding } = this.config;
    if (outputPadding === null) return;
    this.#outputPadding = spatialList(className, 'outputPadding', outputPadding, rank, 0);
    if (this.#outputPadding.some((padding, axis) => padding >= this.window.strides[axis]!)) {
      throw new ArgumentError(className, 'outputPadding', 'less than strides', outputPadding);
    }
  }

  override build(inputShape: PartialShape): void {
    const { filters, kernelInitializer, kernelRegularizer, kernelConstraint } = this.config;
    const kernelShape = [...this.window.kernelSize, filters, this.takeChannels(inputShape)];
    this.kernel = this.addWeight('kernel', kernelShape, kernelInitializer, {
      regularizer: kernelRegularizer,
      constraint: kernelConstraint,
    });
    this.addBias(filters);
  }

  protected override convolve(inputs: Tensor): Tensor {
    const { strides, dilationRate, padding } = this.window;
    return ops.convTranspose(inputs, this.kernel, {
      strides,
      dilationRate,
      padding: padding as 'valid' | 'same', // the constructor allows no other
      outputPadding: this.#outputPadding,
      dataFormat: this.dataFormat,
    });
  }

  protected override outputChannels(): number {
    return this.config.filters;
  }

  protected override outputLength(length: number | null, axis: number): number | null {
    if (length === null) return null;
    const { kernelSize, strides, dilationRate, padding } = this.window;
    const reach = (kernelSize[axis]! - 1) * dilationRate[axis]! + 1;
    return transposedLength(length, reach, strides[axis]!, padding, this.#outputPadding?.[axis]);
  }
}
