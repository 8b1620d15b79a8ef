import {
  ArgumentError,
  ops,
  type PartialShape,
  requirePositiveInteger,
  type Tensor,
  type TensorLike,
  toTensor,
} from '@capas/core';
import { Layer } from '../../layer.ts';
import type { CallOptions, LayerConfig, Resolved } from '../../layer-config.ts';
import { type CategoryMode, encodeCategories, encodedShape, requireDense, requireMode } from './encode-categories.ts';

/** Options of {@link CategoryEncoding}. */
export interface CategoryEncodingConfig extends LayerConfig {
  /** The number of categories: they are numbered from 0. */
  readonly numTokens: number;
  /** Each number as a vector (`'oneHot'`), or each sample: which categories occur, or how often. @defaultValue `'multiHot'` */
  readonly outputMode?: Exclude<CategoryMode, 'int'>;
  /** Only `false`: there are no sparse tensors. */
  readonly sparse?: false;
}

/** What a {@link CategoryEncoding} is called with beside its inputs. */
export interface CategoryEncodingCall extends CallOptions {
  /** What each number counts, in mode `'count'`; of the shape of the inputs. */
  readonly countWeights?: TensorLike | null;
}

const defaults = { outputMode: 'multiHot' } as const;

/**
 * Turns category numbers into vectors with a place for each category.
 *
 * Shapes: `[…batch]` and `[…batch, 1]` → `[…batch, numTokens]` for `'oneHot'`, `[batch, n]` → `[batch, numTokens]` for the others.
 * Numbers that are no category leave no trace.
 *
 * @throws ArgumentError if `numTokens` is no positive integer, or `countWeights` come in another mode than `'count'`.
 * @see Keras 3, `keras/src/layers/preprocessing/category_encoding.py`
 * @example
 * new CategoryEncoding({ numTokens: 4 }).apply([[0, 1], [3, 3]]); // [[1, 1, 0, 0], [0, 0, 0, 1]]
 */
export class CategoryEncoding extends Layer<Resolved<CategoryEncodingConfig, typeof defaults>, CategoryEncodingCall> {
  static override readonly className = 'CategoryEncoding';
  readonly #mode: 'oneHot' | 'multiHot' | 'count';

  constructor(config: CategoryEncodingConfig) {
    super({ ...defaults, ...config });
    requirePositiveInteger('CategoryEncoding', 'numTokens', config.numTokens);
    requireDense('CategoryEncoding', 'sparse', config.sparse);
    this.#mode = requireMode('CategoryEncoding', this.config.outputMode, ['oneHot', 'multiHot', 'count']);
  }

  override call(inputs: Tensor, options: CategoryEncodingCall = {}): Tensor {
    const { countWeights } = options;
    if (countWeights === undefined || countWeights === null)
      return encodeCategories(inputs, this.#mode, this.config.numTokens);
    if (this.#mode !== 'count') {
      throw new ArgumentError(
        `Layer '${this.name}'`,
        'countWeights',
        `left out, outputMode is '${this.config.outputMode}'`,
        countWeights,
      );
    }
    const weights = ops.broadcastTo(toTensor(countWeights, 'float32'), inputs.shape);
    return encodeCategories(inputs, this.#mode, this.config.numTokens, weights);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return encodedShape(inputShape, this.#mode, this.config.numTokens);
  }
}

/** Short for `new CategoryEncoding(config)`. */
export const categoryEncoding = (config: CategoryEncodingConfig): CategoryEncoding => new CategoryEncoding(config);
