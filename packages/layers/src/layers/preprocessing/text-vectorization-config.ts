import { ArgumentError, canonicalName, requireOneOf } from '@capas/core';
import type { LayerConfig } from '../../layer-config.ts';
import type { Split, Standardize, splitters, standardizers } from './tokenize.ts';

/** Options of `TextVectorization`. */
export interface TextVectorizationConfig extends LayerConfig {
  /** The most indices there may be: `adapt` keeps the most frequent tokens. @defaultValue no limit */
  readonly maxTokens?: number | null;
  /** How texts are made plainer; `null`: not at all. @defaultValue `'lowerAndStripPunctuation'` */
  readonly standardize?:
    | keyof typeof standardizers
    | 'lower_and_strip_punctuation'
    | 'strip_punctuation'
    | Standardize
    | null;
  /** How texts are cut into tokens; `null`: each text is one. @defaultValue `'whitespace'` */
  readonly split?: keyof typeof splitters | Split | null;
  /** Lengths of runs of tokens that are taken as tokens; a number stands for all up to it. @defaultValue `null`: single tokens */
  readonly ngrams?: number | readonly number[] | null;
  /** What is given out for a text: the indices of its tokens, or a vector. @defaultValue `'int'` */
  readonly outputMode?: 'int' | 'multiHot' | 'multi_hot' | 'count' | 'tfIdf' | 'tf_idf';
  /** To how many indices each text is filled up with 0, or cut, in mode `'int'`. @defaultValue those of the longest text */
  readonly outputSequenceLength?: number | null;
  /** Whether vectors have `maxTokens` places, however many tokens there are. @defaultValue `false` */
  readonly padToMaxTokens?: boolean;
  /** The tokens, or a text file with a token in each line. @defaultValue what `adapt` finds */
  readonly vocabulary?: readonly string[] | string | null;
  /** How much each token of `vocabulary` counts, in mode `'tfIdf'`. */
  readonly idfWeights?: readonly number[] | null;
  /** Only `false`: there are no sparse tensors. */
  readonly sparse?: false;
  /** Only `false`: there are no ragged tensors. */
  readonly ragged?: false;
  /** Only `'utf-8'`: strings are text here, not bytes. */
  readonly encoding?: 'utf-8';
  /** How many indices a vocabulary that comes from a file has. */
  readonly vocabularySize?: number | null;
}

/** The defaults of {@link TextVectorizationConfig}. */
export const textDefaults = {
  maxTokens: null,
  standardize: 'lowerAndStripPunctuation',
  split: 'whitespace',
  ngrams: null,
  outputMode: 'int',
  outputSequenceLength: null,
  padToMaxTokens: false,
  sparse: false,
  ragged: false,
  vocabulary: null,
  idfWeights: null,
  encoding: 'utf-8',
  vocabularySize: null,
} as const;

/** What an option names, or the function that it is; `undefined` for `null`. */
export function choice<F>(
  who: string,
  argument: string,
  value: string | F | null,
  known: Readonly<Record<string, F>>,
): F | undefined {
  if (value === null) return undefined;
  if (typeof value === 'function') return value;
  const name = typeof value === 'string' ? canonicalName(value) : value;
  return known[requireOneOf(who, argument, name, Object.keys(known))];
}

/** The lengths of runs of tokens; `undefined` for single tokens as they are. */
export function ngramLengths(ngrams: number | readonly number[] | null): readonly number[] | undefined {
  if (ngrams === null) return undefined;
  const lengths = typeof ngrams === 'number' ? Array.from({ length: ngrams }, (_, i) => i + 1) : ngrams;
  if (
    !Array.isArray(lengths) ||
    lengths.length === 0 ||
    !lengths.every((length) => Number.isInteger(length) && length > 0)
  )
    throw new ArgumentError('TextVectorization', 'ngrams', 'a positive integer, a list of them, or null', ngrams);
  return lengths;
}
