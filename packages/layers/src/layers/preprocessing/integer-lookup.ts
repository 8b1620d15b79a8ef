import { ArgumentError, type DType, HostArray, ops, requireOneOf, type Tensor, toTensor } from '@capas/core';
import { hashBucket } from './hash-bucket.ts';
import { IndexLookup } from './index-lookup.ts';
import { IntegerTable } from './integer-table.ts';
import { type LookupConfig, lookupDefaults, type ResolvedLookup } from './lookup-config.ts';
import { requireKnown } from './string-lookup.ts';

/** Options of {@link IntegerLookup}. */
export interface IntegerLookupConfig extends LookupConfig<number> {
  /** @defaultValue −1 */
  readonly oovToken?: number | null;
  /** Only `'int64'`, as in Keras; terms must be 32-bit integers. */
  readonly vocabularyDtype?: 'int64';
}

const defaults = { ...lookupDefaults, oovToken: -1, vocabularyDtype: 'int64' } as const;

/**
 * Maps integers to indices of a vocabulary, or with `invert` indices to integers. Floats are cut to integers first.
 *
 * It is a part of compiled models, but for `numOovIndices: 0` and `oovMethod: 'farmhash'`, which work on the host.
 *
 * Shapes: for `'int'` (int32) that of the input; for `'oneHot'` `[…batch]` and `[…batch, 1]` → `[…batch, size]`; for `'multiHot'`,
 * `'count'` and `'tfIdf'` `[batch, n]` → `[batch, size]`.
 *
 * @throws ArgumentError for options that do not fit together; CapasError for an unknown integer where `numOovIndices` is 0.
 * @see Keras 3, `keras/src/layers/preprocessing/integer_lookup.py`
 * @example
 * new IntegerLookup({ vocabulary: [12, 36, 1138] }).apply([[12, 1138, 7]]); // [[1, 3, 0]]
 */
export class IntegerLookup extends IndexLookup<number> {
  static override readonly className = 'IntegerLookup';
  protected override readonly termDType = 'int32';
  readonly #table = new IntegerTable();

  constructor(config: IntegerLookupConfig = {}) {
    super('IntegerLookup', { ...defaults, ...config } as ResolvedLookup<number>);
    const { oovMethod, salt, oovToken, maskToken } = this.config;
    requireOneOf('IntegerLookup', 'vocabularyDtype', config.vocabularyDtype ?? 'int64', ['int64']);
    if (salt !== null && oovMethod !== 'farmhash')
      throw new ArgumentError('IntegerLookup', 'salt', "left out, unless oovMethod is 'farmhash'", salt);
    this.requireTerms([oovToken, maskToken].filter((token) => token !== null));
    this.takeGivenVocabulary();
  }

  /** Whether unknown integers get their index, or their error, on the host. */
  override get runsOnHost(): boolean {
    const { numOovIndices, oovMethod, invert } = this.config;
    return !invert && (numOovIndices === 0 || (numOovIndices > 1 && oovMethod === 'farmhash'));
  }

  override get inputDType(): DType {
    return 'int32';
  }

  protected override indicesOf(inputs: Tensor): Tensor {
    const wanted = ops.cast(inputs, 'int32');
    const { numOovIndices, maskToken } = this.config;
    const { oovStart } = this.terms;
    const unknown = this.runsOnHost
      ? this.#unknownOnHost(wanted)
      : numOovIndices > 1
        ? ops.add(ops.mod(wanted, ops.fullLike(wanted, numOovIndices)), ops.fullLike(wanted, oovStart))
        : oovStart;
    const indices = this.#table.find(wanted, unknown);
    if (maskToken === null) return indices;
    const masked = ops.fullLike(wanted, this.mode === 'int' ? 0 : -1);
    return ops.where(ops.equal(wanted, ops.fullLike(wanted, maskToken)), masked, indices);
  }

  protected override termsOf(inputs: Tensor): Tensor {
    return this.#table.find(inputs, this.config.oovToken ?? -1);
  }

  protected override vocabularyChanged(): void {
    const { tokens, tokenStart, special } = this.terms;
    const pairs = tokens.map((token, i) => [token, tokenStart + i] as const);
    if (!this.config.invert) this.#table.hold(pairs);
    else {
      const mask = this.terms.oovStart ? [[0, special.mask!] as const] : [];
      this.#table.hold([...mask, ...pairs.map(([token, index]) => [index, token] as const)]);
    }
  }

  override dispose(): void {
    this.#table.dispose();
    super.dispose();
  }

  protected override requireTerms(terms: readonly unknown[]): void {
    const wrong = terms.find((term) => typeof term !== 'number' || (term | 0) !== term);
    if (wrong !== undefined) throw new ArgumentError(`Layer '${this.name}'`, 'vocabulary', 'of 32-bit integers', wrong);
  }

  /** The indices of all integers as if they were unknown; throws where there are none for them. */
  #unknownOnHost(wanted: Tensor): Tensor {
    const { data, shape } = ops.convertToNumpy(wanted);
    const values = Array.from(data as Int32Array);
    const { numOovIndices, maskToken } = this.config;
    if (numOovIndices === 0) {
      const known = (value: number): boolean => value === maskToken || this.terms.indexOf(value) !== undefined;
      requireKnown(
        this.name,
        values.filter((value) => !known(value)),
      );
    }
    const bucket = (value: number): number =>
      numOovIndices === 0 ? 0 : this.terms.oovStart + hashBucket(String(value), numOovIndices, this.salt);
    return toTensor(new HostArray(Int32Array.from(values, bucket), shape));
  }
}

/** Short for `new IntegerLookup(config)`. */
export const integerLookup = (config: IntegerLookupConfig = {}): IntegerLookup => new IntegerLookup(config);
