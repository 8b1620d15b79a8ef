import { ops, type PartialShape, requirePositiveInteger, type Tensor } from '@capas/core';
import { type Activation, getActivation } from '../../activations/index.ts';
import { Layer } from '../../layer.ts';
import type { Resolved } from '../../layer-config.ts';
import { type Contraction, Int8Contraction } from '../../quantizers/int8-contraction.ts';
import type { QuantizationConfig } from '../../quantizers/quantization-config.ts';
import type { Weight } from '../../weight.ts';
import { type KernelConfig, kernelDefaults } from '../kernel-config.ts';
import { type LoraConfig, type LoraOptions, LowRankUpdate } from './lora.ts';

/** Options of {@link Dense}. */
export interface DenseConfig extends KernelConfig, LoraConfig {
  /** Size of the last axis of the output: an integer above 0. */
  readonly units: number;
}

/**
 * A fully connected layer: `activation(inputs · kernel + bias)`.
 *
 * Shapes: inputs `[...batch, inputDim]` → output `[...batch, units]`; rank 3 and above contract the last axis.
 * Weights: `kernel [inputDim, units]`, `bias [units]`; quantized also `kernel_scale [units]`.
 *
 * @throws ArgumentError if `units` is not an integer above 0.
 * @see Keras 3, `keras/src/layers/core/dense.py`: defaults and numbers follow it.
 * @example
 * new Dense({ units: 2, activation: 'relu' }).apply(ops.ones([8, 3])).shape; // [8, 2]
 */
export class Dense extends Layer<Resolved<DenseConfig, typeof kernelDefaults>> {
  static override readonly className = 'Dense';
  kernel!: Weight;
  bias: Weight | undefined;
  readonly #activation: Activation;
  #lora: LowRankUpdate | undefined;
  #int8: Int8Contraction | undefined;

  constructor(config: DenseConfig) {
    super({ ...kernelDefaults, ...config });
    requirePositiveInteger('Dense', 'units', config.units);
    this.#activation = getActivation(this.config.activation);
    this.supportsMasking = true;
    this.inputSpec = { minRank: 2 };
  }

  override build(inputShape: PartialShape): void {
    const { units, useBias, kernelInitializer, biasInitializer, ...config } = this.config;
    const inputDim = inputShape.at(-1)!;
    if (!this.quantizationMode) {
      this.kernel = this.addWeight('kernel', [inputDim, units], kernelInitializer, {
        regularizer: config.kernelRegularizer,
        constraint: config.kernelConstraint,
      });
    }
    if (useBias) {
      this.bias = this.addWeight('bias', [units], biasInitializer, {
        regularizer: config.biasRegularizer,
        constraint: config.biasConstraint,
      });
    }
    if (this.quantizationMode) {
      this.#int8 = Int8Contraction.empty(this, { shape: [inputDim, units], scaleShape: [units] }, CONTRACTION);
      this.kernel = this.#int8.kernel;
    }
    this.inputSpec = { minRank: 2, axes: { [-1]: inputDim } };
    // Keras leaves `lora_alpha` out here
    if (config.loraRank) this.enableLora(config.loraRank);
  }

  /** Freezes the kernel, and adds to it a product of two small weights that is trained in its place. */
  enableLora(rank: number, options: LoraOptions = {}): void {
    const { kernelConstraint: constraint, kernelRegularizer: regularizer } = this.config;
    const target = { weight: this.kernel, name: 'kernel', constraint, regularizer, isEnabled: Boolean(this.#lora) };
    this.#lora = new LowRankUpdate(this, target, rank, options);
  }

  quantizeWeights(quantization: QuantizationConfig): void {
    this.#int8 = Int8Contraction.of(this, this.kernel, CONTRACTION, quantization);
    this.kernel = this.#int8.kernel;
  }

  override get ownWeights(): readonly Weight[] {
    return this.#int8?.ordered(this.bias) ?? super.ownWeights;
  }

  override call(inputs: Tensor): Tensor {
    const product = this.#int8?.apply(inputs) ?? ops.matmul(inputs, this.#lora?.value ?? this.kernel);
    return this.#activation(this.bias ? ops.add(product, this.bias) : product);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return [...inputShape.slice(0, -1), this.config.units];
  }
}

/** The product of the last axis with the first of the kernel; the scale of the kernel has a number for each unit. */
const CONTRACTION: Contraction = {
  inputAxes: [-1],
  kernelAxes: [0],
  product: ops.matmul,
  backward: (dy, kernel) => ops.matmul(dy, ops.transpose(kernel)),
  alignInputs: (scale) => scale,
  alignKernel: (scale) => ops.squeeze(scale, { axis: 0 }),
  spread: (scale) => scale,
};

/** Short for `new Dense(config)`. */
export const dense = (config: DenseConfig): Dense => new Dense(config);
