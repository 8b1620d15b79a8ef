import {
  ArgumentError,
  ops,
  type PartialShape,
  requirePositiveInteger,
  ShapeError,
  showShape,
  type Tensor,
} from '@capas/core';
import type { Layer } from '../../layer.ts';
import type { Resolved } from '../../layer-config.ts';
import type { Weight } from '../../weight.ts';
import { type KernelConfig, kernelDefaults } from '../kernel-config.ts';
import { addLowRank, isLowRank, type LowRankConfig } from '../low-rank.ts';
import type { Padding } from '../window.ts';
import { ConvolutionLayer, type WindowConfig, windowDefaults } from './convolution-layer.ts';
import { requireOneStep } from './require-one-step.ts';

/** Options of the convolution layers. */
export interface ConvConfig extends WindowConfig, KernelConfig, LowRankConfig {
  /** The number of output channels. */
  readonly filters: number;
  /** The channels are split into so many groups, each with filters of its own. @defaultValue 1 */
  readonly groups?: number;
}

/** Options of {@link Conv1D}. */
export interface Conv1DConfig extends Omit<ConvConfig, 'padding'> {
  /** `'causal'` pads only before, so that no output sees what comes later. @defaultValue `'valid'` */
  readonly padding?: Padding | 'causal';
}

const defaults = { groups: 1 } as const;
type Defaults = typeof kernelDefaults & typeof windowDefaults & typeof defaults;

/**
 * The convolution in any number of spatial dimensions: `activation(conv(inputs, kernel) + bias)`.
 *
 * @see Keras 3, `keras/src/layers/convolutional/base_conv.py`
 */
export abstract class BaseConv extends ConvolutionLayer<Resolved<Conv1DConfig, Defaults>> {
  kernel!: Weight;
  #adapted: (() => Tensor) | undefined;

  constructor(rank: number, config: Conv1DConfig) {
    super(rank, { ...kernelDefaults, ...windowDefaults, ...defaults, ...config }, rank === 1);
    const { className } = this.constructor as typeof Layer;
    requirePositiveInteger(className, 'filters', config.filters);
    requirePositiveInteger(className, 'groups', this.config.groups);
    if (config.filters % this.config.groups !== 0) {
      throw new ArgumentError(className, 'filters', `a multiple of groups (${this.config.groups})`, config.filters);
    }
    requireOneStep(className, this.window, this.config.strides);
    isLowRank(className, config);
  }

  override build(inputShape: PartialShape): void {
    const { filters, groups, kernelInitializer, kernelRegularizer, kernelConstraint } = this.config;
    const channels = this.takeChannels(inputShape);
    if (typeof channels === 'number' && channels % groups !== 0) {
      throw new ShapeError(
        `Layer '${this.name}': the ${channels} channels of ${showShape(inputShape)} cannot be split into ${groups} groups.`,
      );
    }
    const isFrozen = isLowRank(this.name, this.config);
    const kernelShape = [...this.window.kernelSize, channels === null ? null : channels / groups, filters];
    this.kernel = this.addWeight('kernel', kernelShape, kernelInitializer, {
      regularizer: kernelRegularizer,
      constraint: kernelConstraint,
      trainable: !isFrozen,
    });
    this.addBias(filters);
    if (isFrozen) this.#adapted = addLowRank(this, this.kernel, this.config, kernelRegularizer);
  }

  protected override convolve(inputs: Tensor): Tensor {
    const { kernelSize: _, ...window } = this.window;
    return ops.conv(inputs, this.#adapted?.() ?? this.kernel, { ...window, dataFormat: this.dataFormat });
  }

  protected override outputChannels(): number {
    return this.config.filters;
  }
}
