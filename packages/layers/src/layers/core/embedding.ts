import { ops, type PartialShape, requirePositiveInteger, type Tensor, type TensorLike } from '@capas/core';
import type { ConstraintIdentifier } from '../../constraints/index.ts';
import type { InitializerIdentifier } from '../../initializers/index.ts';
import { Layer } from '../../layer.ts';
import type { CallOptions, LayerConfig, Resolved } from '../../layer-config.ts';
import type { Masks } from '../../masking.ts';
import { AbsMaxQuantizer } from '../../quantizers/abs-max-quantizer.ts';
import { addInt8Weight, type Int8Weight, toInt8Weight } from '../../quantizers/int8-weight.ts';
import { getQuantizationConfig, type QuantizationConfig } from '../../quantizers/quantization-config.ts';
import type { RegularizerIdentifier } from '../../regularizers/index.ts';
import type { Weight } from '../../weight.ts';
import { type LoraConfig, type LoraOptions, LowRankUpdate } from './lora.ts';

/** Options of {@link Embedding}. */
export interface EmbeddingConfig extends LayerConfig, LoraConfig {
  /** The number of different ids: they run from 0 to `inputDim − 1`. */
  readonly inputDim: number;
  /** The length of the vector of each id. */
  readonly outputDim: number;
  /** Start of `embeddings`. @defaultValue `'uniform'`: −0.05 … 0.05 */
  readonly embeddingsInitializer?: InitializerIdentifier;
  readonly embeddingsRegularizer?: RegularizerIdentifier | null;
  readonly embeddingsConstraint?: ConstraintIdentifier | null;
  /** Whether id 0 is padding that later layers should skip: it makes a mask. @defaultValue `false` */
  readonly maskZero?: boolean;
  /** The vectors to start with, in place of the initializer. They are no part of the layer's config. */
  readonly weights?: TensorLike | readonly [TensorLike] | null;
}

/** Keras's defaults of those options. */
export const embeddingDefaults = { embeddingsInitializer: 'uniform', maskZero: false } as const;

/**
 * Looks up a vector for each id: `embeddings[inputs]`.
 *
 * Shapes: inputs `[...batch]` (integers, or floats that are cut to integers) → output `[...batch, outputDim]`.
 * Weights: `embeddings [inputDim, outputDim]`; quantized also `embeddings_scale [inputDim]`.
 *
 * @throws ArgumentError if `inputDim` or `outputDim` is not an integer above 0.
 * @see Keras 3, `keras/src/layers/core/embedding.py`
 * @example
 * new Embedding({ inputDim: 1000, outputDim: 64 }).apply([[4, 20, 7]]).shape; // [1, 3, 64]
 */
export class Embedding<
  Config extends Resolved<EmbeddingConfig, typeof embeddingDefaults> = Resolved<
    EmbeddingConfig,
    typeof embeddingDefaults
  >,
  Options extends CallOptions = CallOptions,
> extends Layer<Config, Options> {
  static override readonly className: string = 'Embedding';
  override autocast = false;
  embeddings!: Weight;
  #lora: LowRankUpdate | undefined;
  #scale: Weight | undefined;

  constructor({ weights, ...config }: EmbeddingConfig) {
    super({ ...embeddingDefaults, ...config } as unknown as Config);
    requirePositiveInteger(new.target.className, 'inputDim', config.inputDim);
    requirePositiveInteger(new.target.className, 'outputDim', config.outputDim);
    this.supportsMasking = this.config.maskZero;
    if (weights !== undefined && weights !== null) {
      this.ensureBuilt([]);
      this.setWeights([isSingle(weights) ? weights[0] : weights]);
    }
  }

  override build(_inputShape: PartialShape): void {
    const { inputDim, outputDim, embeddingsInitializer, embeddingsRegularizer, embeddingsConstraint } = this.config;
    if (this.quantizationMode) {
      this.quantizationConfig = getQuantizationConfig(this.config.quantizationConfig);
      const shapes = { shape: [inputDim, outputDim], scaleShape: [inputDim] };
      this.#useInt8(addInt8Weight(this as unknown as Layer, { name: 'embeddings', ...shapes }));
    } else {
      this.embeddings = this.addWeight('embeddings', [inputDim, outputDim], embeddingsInitializer, {
        regularizer: embeddingsRegularizer,
        constraint: embeddingsConstraint,
      });
    }
    // Keras leaves `lora_alpha` out here
    if (this.config.loraRank) this.enableLora(this.config.loraRank);
  }

  /** Freezes the vectors, and adds to them a product of two small weights that is trained in their place. */
  enableLora(rank: number, options: LoraOptions = {}): void {
    const { embeddingsConstraint: constraint, embeddingsRegularizer: regularizer } = this.config;
    const target = { weight: this.embeddings, constraint, regularizer, isEnabled: Boolean(this.#lora) };
    this.#lora = new LowRankUpdate(this as unknown as Layer, { ...target, name: 'embeddings' }, rank, options);
  }

  quantizeWeights(quantization: QuantizationConfig): void {
    const quantizer = quantization.weightQuantizer ?? new AbsMaxQuantizer({ axis: -1 });
    this.#useInt8(
      toInt8Weight(this as unknown as Layer, this.embeddings, (value) => {
        const { values, scale } = quantizer.call(value);
        return { values, scale: ops.squeeze(scale, { axis: -1 }) };
      }),
    );
  }

  /** The scales of the vectors, one each, where they are quantized. */
  protected get embeddingsScale(): Weight | undefined {
    return this.#scale;
  }

  /** The vectors, with what training added to frozen ones. */
  protected get table(): Weight | Tensor {
    return this.#lora?.value ?? this.embeddings;
  }

  override call(inputs: Tensor, _options: Options): Tensor {
    const ids = ops.cast(inputs, 'int32');
    const vectors = ops.take(this.table, ids, { axis: 0 });
    return this.#scale ? ops.divide(vectors, ops.expandDims(ops.take(this.#scale, ids, { axis: 0 }), -1)) : vectors;
  }

  override computeMask(inputs: Tensor, _mask: Masks): Tensor | undefined {
    return this.config.maskZero ? ops.notEqual(inputs, ops.zerosLike(inputs)) : undefined;
  }

  override computeOutputShape(inputShape: PartialShape, _options?: Options): PartialShape {
    return [...inputShape, this.config.outputDim];
  }

  #useInt8({ values, scale }: Int8Weight): void {
    this.embeddings = values;
    this.#scale = scale;
  }
}

/** Short for `new Embedding(config)`. */
export const embedding = (config: EmbeddingConfig): Embedding => new Embedding(config);

/** Whether the vectors stand in a list of weights, as `getWeights` gives them. */
const isSingle = (weights: TensorLike | readonly [TensorLike]): weights is readonly [TensorLike] =>
  Array.isArray(weights) && weights.length === 1 && !(Array.isArray(weights[0]) && typeof weights[0][0] === 'number');
