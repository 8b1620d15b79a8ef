import { CapasError, type DType, HostArray, ops, requireOneOf, show, type Tensor, toTensor } from '@capas/core';
import { toHost } from './adapt-data.ts';
import { hashBucket } from './hash-bucket.ts';
import { IndexLookup } from './index-lookup.ts';
import { type LookupConfig, lookupDefaults, type ResolvedLookup } from './lookup-config.ts';

/** Options of {@link StringLookup}. */
export interface StringLookupConfig extends LookupConfig<string> {
  /** @defaultValue `'[UNK]'` */
  readonly oovToken?: string | null;
  /** Only `'utf-8'`: strings are text here, not bytes. */
  readonly encoding?: 'utf-8';
}

const defaults = { ...lookupDefaults, oovToken: '[UNK]', encoding: 'utf-8' } as const;

/**
 * Maps strings to indices of a vocabulary, or with `invert` indices to strings. With several indices for unknown strings, the
 * hash of `Hashing` chooses among them.
 *
 * It works on the host: a model that starts with it takes strings, see `Model.fit`.
 *
 * Shapes: for `'int'` (int32) that of the input; for `'oneHot'` `[…batch]` and `[…batch, 1]` → `[…batch, size]`; for `'multiHot'`,
 * `'count'` and `'tfIdf'` `[batch, n]` → `[batch, size]`.
 *
 * @throws ArgumentError for options that do not fit together; CapasError for an unknown string where `numOovIndices` is 0.
 * @see Keras 3, `keras/src/layers/preprocessing/string_lookup.py`
 * @example
 * new StringLookup({ vocabulary: ['a', 'b', 'c'] }).apply([['a', 'c', 'z']]); // [[1, 3, 0]]
 */
export class StringLookup extends IndexLookup<string> {
  static override readonly className = 'StringLookup';
  protected override readonly termDType = 'string';

  constructor(config: StringLookupConfig = {}) {
    super('StringLookup', { ...defaults, ...config } as ResolvedLookup<string>);
    requireEncoding('StringLookup', config.encoding);
    this.takeGivenVocabulary();
  }

  /** The indices of strings; −1 for the mask where it is to be left out. */
  lookUp(texts: readonly string[]): Int32Array {
    const { maskToken, numOovIndices } = this.config;
    const masked = this.mode === 'int' ? 0 : -1;
    const indices = new Int32Array(texts.length);
    const unknown: string[] = [];
    texts.forEach((text, i) => {
      const known = text === maskToken ? masked : this.terms.indexOf(text);
      if (known !== undefined) indices[i] = known;
      else if (numOovIndices === 0) unknown.push(text);
      else indices[i] = this.terms.oovStart + (numOovIndices > 1 ? hashBucket(text, numOovIndices, this.salt) : 0);
    });
    requireKnown(this.name, unknown);
    return indices;
  }

  override get runsOnHost(): boolean {
    return true;
  }

  override get inputDType(): DType {
    return this.config.invert ? 'int32' : 'string';
  }

  protected override indicesOf(inputs: Tensor): Tensor {
    const { data, shape } = toHost(`Layer '${this.name}'`, inputs, 'string');
    return toTensor(new HostArray(this.lookUp(data as readonly string[]), shape));
  }

  protected override termsOf(inputs: Tensor): Tensor {
    const { data, shape } = ops.convertToNumpy(inputs);
    return toTensor(
      new HostArray(
        Array.from(data as Int32Array, (index) => this.terms.tokenAt(index)),
        shape,
        'string',
      ),
    );
  }
}

/** Short for `new StringLookup(config)`. */
export const stringLookup = (config: StringLookupConfig = {}): StringLookup => new StringLookup(config);

/** Refuses other encodings than that of files: strings in memory have none. */
export function requireEncoding(who: string, encoding: string = 'utf-8'): void {
  requireOneOf(who, 'encoding', encoding.toLowerCase().replace('utf8', 'utf-8'), ['utf-8']);
}

/** Throws for terms that are in no vocabulary and have no index. */
export function requireKnown(name: string, unknown: readonly (string | number)[]): void {
  if (unknown.length === 0) return;
  throw new CapasError(
    `Layer '${name}': with \`numOovIndices: 0\` every input must be in the vocabulary. Received: ${show(unknown)}. Consider \`numOovIndices: 1\`.`,
  );
}
