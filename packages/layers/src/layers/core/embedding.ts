import { type DType, ops, type PartialShape, requirePositiveInteger, type Tensor } from '@capas/core';
import type { ConstraintIdentifier } from '../../constraints/index.ts';
import type { InitializerIdentifier } from '../../initializers/index.ts';
import { Layer } from '../../layer.ts';
import type { LayerConfig, Resolved } from '../../layer-config.ts';
import type { RegularizerIdentifier } from '../../regularizers/index.ts';
import type { Weight } from '../../weight.ts';

/** Options of {@link Embedding}. */
export interface EmbeddingConfig extends LayerConfig {
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
}

const defaults = { embeddingsInitializer: 'uniform', maskZero: false } as const;

/**
 * Looks up a vector for each id: `embeddings[inputs]`.
 *
 * Shapes: inputs `[...batch]` (integers, or floats that are cut to integers) → output `[...batch, outputDim]`.
 * Weights: `embeddings [inputDim, outputDim]`.
 *
 * @throws ArgumentError if `inputDim` or `outputDim` is not an integer above 0.
 * @see Keras 3, `keras/src/layers/core/embedding.py`
 * @example
 * new Embedding({ inputDim: 1000, outputDim: 64 }).apply([[4, 20, 7]]).shape; // [1, 3, 64]
 */
export class Embedding extends Layer<Resolved<EmbeddingConfig, typeof defaults>> {
  static override readonly className = 'Embedding';
  embeddings!: Weight;

  constructor(config: EmbeddingConfig) {
    super({ ...defaults, ...config });
    requirePositiveInteger('Embedding', 'inputDim', config.inputDim);
    requirePositiveInteger('Embedding', 'outputDim', config.outputDim);
    this.supportsMasking = this.config.maskZero;
  }

  override build(): void {
    const { inputDim, outputDim, embeddingsInitializer, embeddingsRegularizer, embeddingsConstraint } = this.config;
    this.embeddings = this.addWeight('embeddings', [inputDim, outputDim], embeddingsInitializer, {
      regularizer: embeddingsRegularizer,
      constraint: embeddingsConstraint,
    });
  }

  override call(inputs: Tensor): Tensor {
    return ops.take(this.embeddings, ops.cast(inputs, 'int32'), { axis: 0 });
  }

  override computeMask(inputs: Tensor): Tensor | undefined {
    return this.config.maskZero ? ops.notEqual(inputs, ops.zerosLike(inputs)) : undefined;
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return [...inputShape, this.config.outputDim];
  }

  override outputDType(): DType {
    return 'float32';
  }
}

/** Short for `new Embedding(config)`. */
export const embedding = (config: EmbeddingConfig): Embedding => new Embedding(config);
