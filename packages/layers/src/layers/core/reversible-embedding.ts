import { ops, type PartialShape, requireNumber, type Tensor } from '@capas/core';
import type { Layer } from '../../layer.ts';
import type { CallOptions, Resolved } from '../../layer-config.ts';
import { attachMask } from '../../masking.ts';
import { AbsMaxQuantizer } from '../../quantizers/abs-max-quantizer.ts';
import { addInt8Weight, type Int8Weight, toInt8Weight } from '../../quantizers/int8-weight.ts';
import type { QuantizationConfig } from '../../quantizers/quantization-config.ts';
import type { Weight } from '../../weight.ts';
import { Embedding, type EmbeddingConfig, type embeddingDefaults } from './embedding.ts';

/** Options of {@link ReversibleEmbedding}. */
export interface ReversibleEmbeddingConfig extends EmbeddingConfig {
  /** Whether the way back uses the same vectors. @defaultValue `true` */
  readonly tieWeights?: boolean;
  /** The dtype of the way back. @defaultValue that of the layer */
  readonly reverseDtype?: 'float32' | null;
  /** Limits the scores of the way back softly: `cap · tanh(score / cap)`. @defaultValue none */
  readonly logitSoftCap?: number | null;
}

/** What is passed to the call of a {@link ReversibleEmbedding} beside the inputs. */
export interface ReverseOptions extends CallOptions {
  /** Whether vectors come in and a score for each id goes out. @defaultValue `false` */
  readonly reverse?: boolean;
}

const defaults = { tieWeights: true } as const;

/**
 * An embedding that also goes back, from vectors to a score for each id: `inputs · embeddingsᵀ`.
 *
 * Shapes: ids `[...batch]` → `[...batch, outputDim]`; with `reverse`: `[...batch, outputDim]` → `[...batch, inputDim]`.
 * Weights: `embeddings [inputDim, outputDim]`; without `tieWeights` also `reverse_embeddings [outputDim, inputDim]`.
 *
 * @see Keras 3, `keras/src/layers/core/reversible_embedding.py`
 * @example
 * const tokens = new ReversibleEmbedding({ inputDim: 1000, outputDim: 64 });
 * tokens.apply(tokens.apply([[4, 20, 7]]), { reverse: true }).shape; // [1, 3, 1000]
 */
export class ReversibleEmbedding extends Embedding<
  Resolved<ReversibleEmbeddingConfig, typeof embeddingDefaults & typeof defaults>,
  ReverseOptions
> {
  static override readonly className = 'ReversibleEmbedding';
  reverseEmbeddings: Weight | undefined;
  #reverseScale: Weight | undefined;

  constructor(config: ReversibleEmbeddingConfig) {
    super({ ...defaults, ...config });
    const { logitSoftCap } = this.config;
    if (logitSoftCap !== undefined && logitSoftCap !== null)
      requireNumber('ReversibleEmbedding', 'logitSoftCap', logitSoftCap);
  }

  override build(inputShape: PartialShape): void {
    super.build(inputShape);
    const { inputDim, outputDim, embeddingsInitializer, tieWeights } = this.config;
    if (tieWeights) return;
    if (this.quantizationMode) {
      const shapes = { shape: [outputDim, inputDim], scaleShape: [inputDim] };
      this.#useInt8(addInt8Weight(this as unknown as Layer, { name: 'reverse_embeddings', ...shapes }));
    } else this.reverseEmbeddings = this.addWeight('reverse_embeddings', [outputDim, inputDim], embeddingsInitializer);
  }

  override quantizeWeights(quantization: QuantizationConfig): void {
    super.quantizeWeights(quantization);
    if (!this.reverseEmbeddings) return;
    const quantizer = quantization.weightQuantizer ?? new AbsMaxQuantizer({ axis: 0 });
    this.#useInt8(
      toInt8Weight(this as unknown as Layer, this.reverseEmbeddings, (value) => {
        const { values, scale } = quantizer.call(value);
        return { values, scale: ops.squeeze(scale, { axis: 0 }) };
      }),
    );
  }

  override call(inputs: Tensor, options: ReverseOptions): Tensor {
    if (!options.reverse) {
      const vectors = super.call(inputs, options);
      attachMask(vectors, super.computeMask(inputs, undefined));
      return vectors;
    }
    const scores = this.#scores(inputs);
    const cap = this.config.logitSoftCap;
    return cap ? ops.multiply(ops.tanh(ops.divide(scores, cap)), cap) : scores;
  }

  #scores(inputs: Tensor): Tensor {
    const kernel = this.reverseEmbeddings ?? ops.transpose(this.table);
    const scale = this.#reverseScale ?? this.embeddingsScale;
    if (!scale) return ops.matmul(inputs, kernel);
    const quantized = this.quantizationConfig?.activationQuantizer?.call(inputs);
    if (!quantized) return ops.divide(ops.matmul(inputs, kernel), scale);
    return ops.divide(ops.matmul(quantized.values, kernel), ops.multiply(quantized.scale, scale));
  }

  #useInt8({ values, scale }: Int8Weight): void {
    this.reverseEmbeddings = values;
    this.#reverseScale = scale;
  }

  /** None: a call on ids attaches it, and scores have none. */
  override computeMask(): undefined {
    return undefined;
  }

  override computeOutputShape(inputShape: PartialShape, options: ReverseOptions = {}): PartialShape {
    const { inputDim, outputDim } = this.config;
    return options.reverse ? [...inputShape.slice(0, -1), inputDim] : [...inputShape, outputDim];
  }
}

/** Short for `new ReversibleEmbedding(config)`. */
export const reversibleEmbedding = (config: ReversibleEmbeddingConfig): ReversibleEmbedding =>
  new ReversibleEmbedding(config);
