import { ops, type PartialShape, requireNumber, type Tensor } from '@capas/core';
import type { CallOptions, Resolved } from '../../layer-config.ts';
import { attachMask } from '../../masking.ts';
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

  constructor(config: ReversibleEmbeddingConfig) {
    super({ ...defaults, ...config });
    const { logitSoftCap } = this.config;
    if (logitSoftCap !== undefined && logitSoftCap !== null)
      requireNumber('ReversibleEmbedding', 'logitSoftCap', logitSoftCap);
  }

  override build(inputShape: PartialShape): void {
    super.build(inputShape);
    const { inputDim, outputDim, embeddingsInitializer, tieWeights } = this.config;
    if (!tieWeights)
      this.reverseEmbeddings = this.addWeight('reverse_embeddings', [outputDim, inputDim], embeddingsInitializer);
  }

  override call(inputs: Tensor, options: ReverseOptions): Tensor {
    if (!options.reverse) {
      const vectors = super.call(inputs, options);
      attachMask(vectors, super.computeMask(inputs, undefined));
      return vectors;
    }
    const scores = ops.matmul(inputs, this.reverseEmbeddings ?? ops.transpose(this.table));
    const cap = this.config.logitSoftCap;
    return cap ? ops.multiply(ops.tanh(ops.divide(scores, cap)), cap) : scores;
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
