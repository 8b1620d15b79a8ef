import {
  ArgumentError,
  type DType,
  HostArray,
  type PartialShape,
  requireInteger,
  type Shape,
  ShapeError,
  showShape,
  sizeOf,
  type Tensor,
  toTensor,
} from '@capas/core';
import { Layer } from '../../layer.ts';
import type { Resolved } from '../../layer-config.ts';
import { type AdaptData, type AdaptOptions, learnFrom, toHost } from './adapt-data.ts';
import { amendConfig } from './amend-config.ts';
import { requireDense, requireMode } from './encode-categories.ts';
import { requireEncoding, StringLookup } from './string-lookup.ts';
import { choice, ngramLengths, type TextVectorizationConfig, textDefaults } from './text-vectorization-config.ts';
import { ngramsOf, type Split, type Standardize, splitters, standardizers } from './tokenize.ts';

/** Tokens row by row. `isRagged`: rows may have different lengths. */
interface Tokens {
  readonly rows: readonly (readonly string[])[];
  /** The shape without the axis of the tokens. */
  readonly batch: Shape;
  readonly isRagged: boolean;
}

/**
 * Turns texts into indices of tokens, or into vectors that count them: standardize, split, join to n-grams, look up.
 *
 * Index 0 is padding and index 1 every unknown token in mode `'int'`; in the others index 0 is that of unknown tokens. It works on
 * the host: a model that starts with it takes strings, see `Model.fit`.
 *
 * Shapes: `[batch]` and `[batch, 1]` (strings) → `[batch, outputSequenceLength]` (int32), or `[batch, tokens]` for vectors.
 *
 * @throws ArgumentError for options that do not fit together; ShapeError for inputs of other shapes
 * @see Keras 3, `keras/src/layers/preprocessing/text_vectorization.py`
 * @example
 * const vectorize = new TextVectorization({ outputSequenceLength: 4 });
 * vectorize.adapt(['foo bar', 'bar baz', 'baz bada boom']);
 * vectorize.apply([['foo qux bar'], ['qux baz']]); // [[4, 1, 3, 0], [1, 2, 0, 0]]
 */
export class TextVectorization extends Layer<Resolved<TextVectorizationConfig, typeof textDefaults>> {
  static override readonly className = 'TextVectorization';
  /** Has the name that its vocabulary stands under in files of Keras. */
  readonly _lookupLayer: StringLookup;
  readonly #standardize: Standardize | undefined;
  readonly #split: Split | undefined;
  readonly #ngrams: readonly number[] | undefined;

  constructor(config: TextVectorizationConfig = {}) {
    super({ ...textDefaults, ...config });
    const who = 'TextVectorization';
    const { maxTokens, outputMode, outputSequenceLength, padToMaxTokens, vocabulary, idfWeights } = this.config;
    this.#standardize = choice(who, 'standardize', this.config.standardize, standardizers);
    this.#split = choice(who, 'split', this.config.split, splitters);
    this.#ngrams = ngramLengths(this.config.ngrams);
    if (maxTokens !== null) requireInteger(who, 'maxTokens', maxTokens, 2);
    requireDense(who, 'sparse', this.config.sparse);
    requireDense(who, 'ragged', this.config.ragged);
    requireEncoding(who, this.config.encoding);
    const mode = requireMode(who, outputMode, ['int', 'multiHot', 'count', 'tfIdf']);
    if (outputSequenceLength !== null) {
      requireInteger(who, 'outputSequenceLength', outputSequenceLength, 1, 'a positive integer');
      if (mode !== 'int')
        throw new ArgumentError(
          who,
          'outputSequenceLength',
          `left out, outputMode is '${outputMode}'`,
          outputSequenceLength,
        );
    }
    this._lookupLayer = new StringLookup({
      name: this.name,
      maxTokens,
      vocabulary,
      idfWeights,
      padToMaxTokens,
      maskToken: '',
      outputMode: mode,
      vocabularySize: this.config.vocabularySize,
    });
    this.#noteVocabulary();
    if (typeof vocabulary === 'string') amendConfig<TextVectorizationConfig>(this, { vocabulary: null });
  }

  /** Whether it learns from data: not where it was given what it has to know. */
  get canAdapt(): boolean {
    return this._lookupLayer.canAdapt;
  }

  /** The tokens by index; without those for padding and unknown ones if you say so. */
  getVocabulary(options: { readonly includeSpecialTokens?: boolean } = {}): string[] {
    return this._lookupLayer.getVocabulary(options);
  }

  /** The number of indices. */
  vocabularySize(): number {
    return this._lookupLayer.vocabularySize();
  }

  /** Sets the tokens, see {@link StringLookup.setVocabulary}. */
  setVocabulary(vocabulary: readonly string[] | string, idfWeights: readonly number[] | null = null): void {
    this.requireAlive();
    this._lookupLayer.setVocabulary(vocabulary, idfWeights);
    this.#noteVocabulary();
  }

  /**
   * Learns the tokens from texts, an array or batches: the most frequent ones first. In mode `'tfIdf'` each text is a document.
   *
   * It returns a promise where the batches come asynchronously.
   *
   * @throws StateError if a vocabulary was given
   */
  adapt(data: AsyncIterable<unknown>, options?: AdaptOptions): Promise<void>;
  adapt(data: AdaptData, options?: AdaptOptions): Promise<void> | undefined;
  adapt(data: AdaptData, options: AdaptOptions = {}): Promise<void> | undefined {
    this.requireAlive();
    const counts = this._lookupLayer.newCounts();
    return learnFrom(`Layer '${this.name}'`, 'string', data, options, {
      whole: (array) => counts.add(this.#tokensOf(array.rank === 1 ? array.reshape([-1, 1]) : array).rows),
      batch: (array) => counts.add(this.#tokensOf(array).rows),
      finish: () => {
        this._lookupLayer.learn(counts);
        this.#noteVocabulary();
      },
    });
  }

  override call(inputs: Tensor): Tensor {
    const { outputSequenceLength } = this.config;
    // a text by itself that stays one token is a number by itself
    const isRow = this.#split !== undefined || this.#ngrams !== undefined || outputSequenceLength !== null;
    const { rows, batch, isRagged } = this.#tokensOf(toHost(`Layer '${this.name}'`, inputs, 'string'));
    const indices = rows.map((row) => this._lookupLayer.lookUp(row));
    const isInt = this.config.outputMode === 'int';
    const longest = indices.reduce((most, { length }) => Math.max(most, length), 0);
    // the lookup leaves out what is below 0
    const length = isInt ? (outputSequenceLength ?? longest) : isRagged ? Math.max(1, longest) : longest;
    const padded = new Int32Array(sizeOf(batch) * length).fill(isInt ? 0 : -1);
    indices.forEach((row, i) => {
      padded.set(row.subarray(0, length), i * length);
    });
    const isAlone = isInt && inputs.rank === 0 && !isRow;
    return this._lookupLayer.encode(toTensor(new HostArray(padded, isAlone ? [] : [...batch, length])));
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const { outputMode, outputSequenceLength, split } = this.config;
    if (outputMode === 'int') {
      if (split !== null) return [...squeezed(inputShape), outputSequenceLength];
      return inputShape.length === 0 ? [] : [inputShape[0] ?? null, outputSequenceLength];
    }
    const tokens = split === null ? inputShape : [...squeezed(inputShape), null];
    return this._lookupLayer.computeOutputShape(tokens);
  }

  override get runsOnHost(): boolean {
    return true;
  }

  override get inputDType(): DType {
    return 'string';
  }

  override outputDType(): DType {
    return this.config.outputMode === 'int' ? 'int32' : 'float32';
  }

  /** The text files that Keras keeps beside the config. */
  saveAssets(): Record<string, string> {
    return this._lookupLayer.saveAssets();
  }

  /** Takes the vocabulary from the files of {@link saveAssets}. */
  loadAssets(assets: Readonly<Record<string, string>>): void {
    this._lookupLayer.loadAssets(assets);
    this.#noteVocabulary();
  }

  /** What Keras keeps beside the weights. */
  saveOwnVariables(): Record<string, HostArray> {
    return this._lookupLayer.saveOwnVariables();
  }

  /** Takes what {@link saveOwnVariables} gave. */
  loadOwnVariables(variables: Readonly<Record<string, HostArray>>): void {
    this._lookupLayer.loadOwnVariables(variables);
  }

  override dispose(): void {
    this._lookupLayer.dispose();
    super.dispose();
  }

  #tokensOf({ data, shape }: HostArray): Tokens {
    const texts = this.#standardize ? this.#standardize(data as readonly string[]) : (data as readonly string[]);
    const tokens = this.#split ? this.#cut(texts, shape, this.#split) : rowsOf(texts, shape);
    const lengths = this.#ngrams;
    return lengths ? { ...tokens, rows: tokens.rows.map((row) => ngramsOf(row, lengths)) } : tokens;
  }

  #cut(texts: readonly string[], shape: Shape, split: Split): Tokens {
    if (shape.length > 1 && shape.at(-1) !== 1) {
      throw new ShapeError(
        `Layer '${this.name}': texts that are split must have the shape [batch] or [batch, 1]. Received: ${showShape(shape)}.`,
      );
    }
    return { rows: split(texts), batch: squeezed(shape) as Shape, isRagged: shape.length > 0 };
  }

  #noteVocabulary(): void {
    amendConfig<TextVectorizationConfig>(this, { vocabularySize: this.vocabularySize() });
  }
}

/** Short for `new TextVectorization(config)`. */
export const textVectorization = (config: TextVectorizationConfig = {}): TextVectorization =>
  new TextVectorization(config);

const squeezed = (shape: PartialShape): PartialShape =>
  shape.length > 1 && shape.at(-1) === 1 ? shape.slice(0, -1) : shape;

/** Each text as a token; the last axis is that of the tokens. */
function rowsOf(texts: readonly string[], shape: Shape): Tokens {
  const batch = shape.slice(0, -1);
  const length = shape.at(-1) ?? 1;
  const rows = Array.from({ length: sizeOf(batch) }, (_, i) => texts.slice(i * length, (i + 1) * length));
  return { rows, batch, isRagged: false };
}
