import {
  type DType,
  HostArray,
  ops,
  type PartialShape,
  requirePositiveInteger,
  type Tensor,
  toTensor,
} from '@capas/core';
import { Layer } from '../../layer.ts';
import type { LayerConfig, Resolved } from '../../layer-config.ts';
import { type CategoryMode, encodeCategories, encodedShape, requireDense, requireMode } from './encode-categories.ts';
import { hashBucket, type Salt, saltPair } from './hash-bucket.ts';

/** Options of {@link Hashing}. */
export interface HashingConfig extends Omit<LayerConfig, 'dtype'> {
  /** The number of bins, with the one of `maskValue`. */
  readonly numBins: number;
  /** The value that bin 0 is kept for. @defaultValue none: all bins are for hashes */
  readonly maskValue?: string | number | null;
  /** Chooses another hash, SipHash under this key instead of FarmHash. @defaultValue none */
  readonly salt?: Salt | null;
  /** What is given out: the number of the bin, or vectors. @defaultValue `'int'` */
  readonly outputMode?: CategoryMode;
  /** Only `false`: there are no sparse tensors. */
  readonly sparse?: false;
  readonly dtype?: 'int32' | 'int64' | 'float32';
}

const defaults = { salt: null, maskValue: null, outputMode: 'int', sparse: false } as const;

/**
 * Puts strings or integers into bins by a hash: the same value always into the same bin, which others may share. Integers
 * are hashed as the text of their decimal digits.
 *
 * It works on the host, so a model with it runs op by op up to its output; the bins are those of Python Keras.
 *
 * Shapes: for `'int'` (int32) that of the input; for `'oneHot'` `[…batch]` and `[…batch, 1]` → `[…batch, numBins]`; for
 * `'multiHot'` and `'count'` `[batch, n]` → `[batch, numBins]`.
 *
 * @throws ArgumentError if `numBins` is no positive integer or `salt` is not one or two integers.
 * @see Keras 3, `keras/src/layers/preprocessing/hashing.py`
 * @example
 * new Hashing({ numBins: 3 }).apply([['A'], ['B'], ['C'], ['D'], ['E']]); // [[1], [0], [1], [1], [2]]
 */
export class Hashing extends Layer<Resolved<HashingConfig, typeof defaults> & LayerConfig> {
  static override readonly className = 'Hashing';
  readonly #mode: 'int' | 'oneHot' | 'multiHot' | 'count';
  readonly #salt: readonly number[] | undefined;

  constructor(config: HashingConfig) {
    // Keras reads no other dtype where numbers of bins are given out
    const dtype = (config.outputMode ?? 'int') === 'int' ? 'int64' : 'float32';
    super({ ...defaults, dtype, ...config, salt: saltPair('Hashing', config.salt) ?? null } as never);
    requirePositiveInteger('Hashing', 'numBins', config.numBins);
    requireDense('Hashing', 'sparse', config.sparse);
    this.#mode = requireMode('Hashing', this.config.outputMode, ['int', 'oneHot', 'multiHot', 'count']);
    this.#salt = saltPair('Hashing', config.salt);
  }

  override call(inputs: Tensor): Tensor {
    const { maskValue, numBins } = this.config;
    const values = ops.convertToNumpy(inputs).data as ArrayLike<string | number>;
    const isMasked = maskValue !== null && numBins > 1;
    // values come again and again
    const known = new Map<string, number>();
    const binOf = (text: string): number => {
      const found =
        known.get(text) ?? (isMasked ? 1 : 0) + hashBucket(text, isMasked ? numBins - 1 : numBins, this.#salt);
      known.set(text, found);
      return found;
    };
    const bins = textsOf(inputs.dtype, values).map((text, i) =>
      isMasked && values[i] === maskValue ? 0 : binOf(text),
    );
    return encodeCategories(toTensor(new HostArray(Int32Array.from(bins), inputs.shape)), this.#mode, numBins);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return encodedShape(inputShape, this.#mode, this.config.numBins);
  }

  override get runsOnHost(): boolean {
    return true;
  }

  override get inputDType(): DType {
    return 'string';
  }

  override outputDType(): DType {
    return this.#mode === 'int' ? 'int32' : 'float32';
  }
}

/** Short for `new Hashing(config)`. */
export const hashing = (config: HashingConfig): Hashing => new Hashing(config);

/** Values as texts: floats cut to integers, bools as `'true'` and `'false'`. */
function textsOf(dtype: DType, values: ArrayLike<string | number>): string[] {
  if (dtype === 'string') return Array.from(values as ArrayLike<string>);
  const numbers = Array.from(values as ArrayLike<number>);
  // 0 is added against −0
  return numbers.map(dtype === 'bool' ? (value) => String(value !== 0) : (value) => String(Math.trunc(value) + 0));
}
