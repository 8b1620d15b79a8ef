import { ArgumentError, requireInteger, requireOneOf } from '@capas/core';
import type { LayerConfig, Resolved } from '../../layer-config.ts';
import { type CategoryMode, requireDense } from './encode-categories.ts';
import type { Salt } from './hash-bucket.ts';
import type { Token } from './vocabulary.ts';

/** Options of `StringLookup` and `IntegerLookup`. */
export interface LookupConfig<T extends Token> extends LayerConfig {
  /** The most indices there may be, the special ones included: `adapt` keeps the most frequent terms. @defaultValue no limit */
  readonly maxTokens?: number | null;
  /** How many indices there are for unknown terms; with several, a hash says which. With 0 they are errors. @defaultValue 1 */
  readonly numOovIndices?: number;
  /** The term that means "nothing here": index 0 in mode `'int'`, left out in the others. @defaultValue none */
  readonly maskToken?: T | null;
  /** What stands for unknown terms in the vocabulary, and where `invert` meets an index of theirs. */
  readonly oovToken?: T | null;
  /** The terms, or a text file with a term in each line. @defaultValue what `adapt` finds */
  readonly vocabulary?: readonly T[] | string | null;
  /** How much each term of `vocabulary` counts, in mode `'tfIdf'`. */
  readonly idfWeights?: readonly number[] | null;
  /** Whether to map indices to terms. @defaultValue `false` */
  readonly invert?: boolean;
  /** What is given out: indices, or vectors. @defaultValue `'int'` */
  readonly outputMode?: CategoryMode | 'tfIdf' | 'tf_idf';
  /** Whether vectors have `maxTokens` places, however many terms there are. @defaultValue `false` */
  readonly padToMaxTokens?: boolean;
  /** Only `false`: there are no sparse tensors. */
  readonly sparse?: false;
  /** What the choice of an index for unknown integers goes by: the remainder or a hash. @defaultValue `'floormod'` */
  readonly oovMethod?: 'floormod' | 'farmhash';
  /** Chooses another hash for unknown terms. @defaultValue none */
  readonly salt?: Salt | null;
  /** How many indices a vocabulary that comes from a file has. */
  readonly vocabularySize?: number | null;
}

/** The defaults of lookups, besides their special tokens. */
export const lookupDefaults = {
  invert: false,
  maxTokens: null,
  numOovIndices: 1,
  maskToken: null,
  outputMode: 'int',
  sparse: false,
  padToMaxTokens: false,
  idfWeights: null,
  vocabulary: null,
  vocabularySize: null,
  oovMethod: 'floormod',
  salt: null,
} as const;

/** The options of a lookup, all of them. */
export type ResolvedLookup<T extends Token> = Resolved<LookupConfig<T>, typeof lookupDefaults & { oovToken: T | null }>;

/** Refuses options that do not fit together. */
export function checkLookup<T extends Token>(who: string, config: ResolvedLookup<T>, mode: string): void {
  const { maxTokens, numOovIndices, invert, padToMaxTokens, idfWeights, vocabulary } = config;
  if (maxTokens !== null) requireInteger(who, 'maxTokens', maxTokens, 2);
  if (padToMaxTokens && maxTokens === null)
    throw new ArgumentError(who, 'maxTokens', 'given where `padToMaxTokens` is true', maxTokens);
  requireInteger(who, 'numOovIndices', numOovIndices, 0);
  requireOneOf(who, 'oovMethod', config.oovMethod, ['floormod', 'farmhash']);
  requireDense(who, 'sparse', config.sparse);
  if (invert && mode !== 'int')
    throw new ArgumentError(who, 'outputMode', "'int' where `invert` is true", config.outputMode);
  if (idfWeights !== null && mode !== 'tfIdf')
    throw new ArgumentError(who, 'idfWeights', `left out, outputMode is '${config.outputMode}'`, idfWeights);
  if (mode === 'tfIdf' && vocabulary !== null && idfWeights === null)
    throw new ArgumentError(who, 'idfWeights', "given with the vocabulary, outputMode is 'tfIdf'", idfWeights);
}
