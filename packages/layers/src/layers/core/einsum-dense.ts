import { ArgumentError, ops, type PartialShape, type Tensor } from '@capas/core';
import { type Activation, getActivation } from '../../activations/index.ts';
import {
  getInitializer,
  type Initializer,
  type InitializerIdentifier,
  VarianceScaling,
} from '../../initializers/index.ts';
import { Layer } from '../../layer.ts';
import type { Resolved } from '../../layer-config.ts';
import { type EinsumContraction, einsumContraction } from '../../quantizers/einsum-contraction.ts';
import { Int8Contraction } from '../../quantizers/int8-contraction.ts';
import type { QuantizationConfig } from '../../quantizers/quantization-config.ts';
import { NotQuantizableError } from '../../quantizers/quantize-layer.ts';
import type { Weight } from '../../weight.ts';
import type { KernelConfig } from '../kernel-config.ts';
import { type EinsumShapes, einsumShapes } from './einsum-shapes.ts';
import { type LoraConfig, type LoraOptions, LowRankUpdate } from './lora.ts';

/** Options of {@link EinsumDense}. */
export interface EinsumDenseConfig extends Omit<KernelConfig, 'useBias'>, LoraConfig {
  /** Which axes of input and kernel are multiplied, and which are summed over: `'abc,cd->abd'`, `'...x,xy->...y'`. */
  readonly equation: string;
  /** The output shape without the batch axis and without what `...` stands for; `null` where the input says the size. */
  readonly outputShape: number | PartialShape;
  /** The output axes, as letters of the equation, that have a bias. @defaultValue none: there is no bias */
  readonly biasAxes?: string | null;
  /** Kept for files of Keras: a size of quantized kernels. */
  readonly gptqUnpackedColumnSize?: number | null;
}

const defaults = { activation: 'linear', kernelInitializer: 'glorotUniform', biasInitializer: 'zeros' } as const;

/**
 * A product of the input and a kernel along any axes, in Einstein's notation: `activation(einsum(equation, x, kernel) + bias)`.
 *
 * Weights: `kernel` and `bias`, whose shapes follow from the equation; quantized also `kernel_scale`.
 *
 * @throws ArgumentError if the equation is of no known form; ShapeError if input and `outputShape` do not fit it
 * @see Keras 3, `keras/src/layers/core/einsum_dense.py`
 * @example
 * const perHead = new EinsumDense({ equation: 'abc,cde->abde', outputShape: [null, 8, 64], biasAxes: 'de' });
 * perHead.apply(ops.ones([2, 10, 512])).shape; // [2, 10, 8, 64]
 */
export class EinsumDense extends Layer<Resolved<EinsumDenseConfig, typeof defaults>> {
  static override readonly className = 'EinsumDense';
  kernel!: Weight;
  bias: Weight | undefined;
  readonly #activation: Activation;
  #lora: LowRankUpdate | undefined;
  #int8: Int8Contraction | undefined;

  constructor(config: EinsumDenseConfig) {
    super({ ...defaults, ...config });
    const sizes = [config.outputShape ?? 'missing'].flat();
    if (!sizes.every((dim) => dim === null || Number.isInteger(dim)))
      throw new ArgumentError('EinsumDense', 'outputShape', 'a size or a list of sizes and nulls', config.outputShape);
    this.#activation = getActivation(this.config.activation);
  }

  override build(inputShape: PartialShape): void {
    const { config } = this;
    const { kernel, bias, ...axes } = this.#shapes(inputShape);
    this.inputSpec = { rank: inputShape.length };
    if (!this.quantizationMode) {
      this.kernel = this.addWeight('kernel', kernel, withAxes(getInitializer(config.kernelInitializer), axes), {
        regularizer: config.kernelRegularizer,
        constraint: config.kernelConstraint,
      });
    }
    if (bias) {
      this.bias = this.addWeight('bias', bias, config.biasInitializer, {
        regularizer: config.biasRegularizer,
        constraint: config.biasConstraint,
      });
    }
    if (this.quantizationMode) {
      const contraction = this.#contraction();
      this.#int8 = Int8Contraction.empty(
        this,
        { shape: kernel, scaleShape: contraction.scaleShape(kernel) },
        contraction,
      );
      this.kernel = this.#int8.kernel;
    }
    if (config.loraRank) this.enableLora(config.loraRank, { alpha: config.loraAlpha });
  }

  /** Freezes the kernel, and adds to it a product of two small weights that is trained in its place. */
  enableLora(rank: number, options: LoraOptions = {}): void {
    const { kernelConstraint: constraint, kernelRegularizer: regularizer } = this.config;
    const target = { weight: this.kernel, name: 'kernel', constraint, regularizer, isEnabled: Boolean(this.#lora) };
    this.#lora = new LowRankUpdate(this, target, rank, options);
  }

  quantizeWeights(quantization: QuantizationConfig): void {
    this.#int8 = Int8Contraction.of(this, this.kernel, this.#contraction(), quantization);
    this.kernel = this.#int8.kernel;
  }

  override get ownWeights(): readonly Weight[] {
    return this.#int8?.ordered(this.bias) ?? super.ownWeights;
  }

  override call(inputs: Tensor): Tensor {
    const product =
      this.#int8?.apply(inputs) ?? ops.einsum(this.config.equation, inputs, this.#lora?.value ?? this.kernel);
    return this.#activation(this.bias ? ops.add(product, this.bias) : product);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return this.#shapes(inputShape).output;
  }

  #contraction(): EinsumContraction {
    const { equation } = this.config;
    // nor can Keras quantize them
    if (equation.includes('...'))
      throw new NotQuantizableError(`Layer '${this.name}': an equation with '...' cannot be quantized: '${equation}'.`);
    return einsumContraction(equation);
  }

  #shapes(inputShape: PartialShape): EinsumShapes {
    return einsumShapes(`Layer '${this.name}'`, this.config, inputShape);
  }
}

/** An initializer that counts the inputs and outputs of the kernel along these axes, where it counts any. */
function withAxes(
  initializer: Initializer,
  { inputAxes, outputAxes }: Pick<EinsumShapes, 'inputAxes' | 'outputAxes'>,
): InitializerIdentifier {
  if (!(initializer instanceof VarianceScaling) || (initializer.config.inputAxes && initializer.config.outputAxes))
    return initializer;
  return new (initializer.constructor as typeof VarianceScaling)({ ...initializer.config, inputAxes, outputAxes });
}

/** Short for `new EinsumDense(config)`. */
export const einsumDense = (config: EinsumDenseConfig): EinsumDense => new EinsumDense(config);
