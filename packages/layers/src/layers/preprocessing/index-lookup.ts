import { ArgumentError, type DType, HostArray, ops, type PartialShape, StateError, type Tensor } from '@capas/core';
import { Layer } from '../../layer.ts';
import { type AdaptData, type AdaptOptions, learnFrom } from './adapt-data.ts';
import { amendConfig } from './amend-config.ts';
import { encodeCategories, encodedShape, requireMode } from './encode-categories.ts';
import { saltPair } from './hash-bucket.ts';
import { HeldValues } from './held-values.ts';
import { checkLookup, type ResolvedLookup } from './lookup-config.ts';
import { TokenCounts } from './token-counts.ts';
import { type Token, Vocabulary } from './vocabulary.ts';
import { readVocabulary, VOCABULARY_FILE, vocabularyFrom, vocabularyText } from './vocabulary-file.ts';

/**
 * What the lookups have in common: a vocabulary, given or learnt, and how indices are given out.
 *
 * @see Keras 3, `keras/src/layers/preprocessing/index_lookup.py`
 */
export abstract class IndexLookup<
  T extends Token,
  Config extends ResolvedLookup<T> = ResolvedLookup<T>,
> extends Layer<Config> {
  /** The terms and their indices. */
  protected readonly terms: Vocabulary<T>;
  protected readonly mode: 'int' | 'oneHot' | 'multiHot' | 'count' | 'tfIdf';
  protected readonly salt: readonly number[] | undefined;
  /** The dtype of the terms on the host. */
  protected abstract readonly termDType: 'string' | 'int32';
  readonly #hasFixedVocabulary: boolean;
  readonly #weights = new HeldValues('idf_weights');
  #idf: Float32Array | undefined;

  constructor(who: string, config: Config) {
    const salt = saltPair(who, config.salt);
    super({ ...config, salt: salt ?? null });
    this.mode = requireMode(who, config.outputMode, ['int', 'oneHot', 'multiHot', 'count', 'tfIdf']);
    this.salt = salt;
    checkLookup(who, config, this.mode);
    this.terms = new Vocabulary<T>(`Layer '${this.name}'`, {
      mask: config.maskToken,
      oov: config.oovToken,
      oovIndices: config.numOovIndices,
      isMaskIndexed: this.mode === 'int',
    });
    this.#hasFixedVocabulary = config.vocabulary !== null;
  }

  /** Takes the vocabulary of the options. The last thing that a subclass does when it is made. */
  protected takeGivenVocabulary(): void {
    const { vocabulary, idfWeights } = this.config;
    if (vocabulary !== null) this.setVocabulary(vocabulary, idfWeights);
    if (typeof vocabulary === 'string') amendConfig<ResolvedLookup<T>>(this, { vocabulary: null });
  }

  /** The index of each element of the input, int32; −1 where the mask is to be left out. */
  protected abstract indicesOf(inputs: Tensor): Tensor;

  /** The term of each index of the input. */
  protected abstract termsOf(inputs: Tensor): Tensor;

  /** Called when the vocabulary is another one. */
  protected vocabularyChanged(): void {}

  /** Whether it learns from data: not where it was given what it has to know. */
  get canAdapt(): boolean {
    return !this.#hasFixedVocabulary;
  }

  /** The terms by index; without the special ones if you say so. */
  getVocabulary(options: { readonly includeSpecialTokens?: boolean } = {}): T[] {
    return this.terms.list(options.includeSpecialTokens ?? true);
  }

  /** The number of indices, those for the mask and unknown terms included. */
  vocabularySize(): number {
    return this.terms.size;
  }

  /**
   * Sets the terms: a list, with the special tokens at its start or without them, or a text file with a term in each line.
   *
   * @throws ArgumentError, StateError if they cannot be used; nothing is changed then
   */
  setVocabulary(vocabulary: readonly T[] | string, idfWeights: readonly number[] | null = null): void {
    this.requireAlive();
    const who = `Layer '${this.name}'`;
    if ((this.mode === 'tfIdf') !== (idfWeights !== null)) {
      const expected = this.mode === 'tfIdf' ? 'given' : 'left out';
      throw new ArgumentError(who, 'idfWeights', `${expected}, outputMode is '${this.config.outputMode}'`, idfWeights);
    }
    const isFile = typeof vocabulary === 'string';
    const given = isFile ? (vocabularyFrom(readVocabulary(who, vocabulary), this.termDType) as T[]) : vocabulary;
    if (!Array.isArray(given)) throw new ArgumentError(who, 'vocabulary', 'a list of terms', vocabulary);
    this.requireTerms(given);
    const tokens = isFile ? given : this.terms.checked(given, { isInverse: this.config.invert });
    const { maxTokens } = this.config;
    if (!isFile && maxTokens !== null && this.terms.tokenStart + tokens.length > maxTokens) {
      throw new ArgumentError(
        who,
        'vocabulary',
        `of at most ${maxTokens - this.terms.tokenStart} terms: \`maxTokens\` is ${maxTokens}`,
        given,
      );
    }
    if (idfWeights !== null && idfWeights.length !== given.length)
      throw new ArgumentError(who, 'idfWeights', `of the length of the vocabulary, ${given.length}`, idfWeights);
    this.#hold(tokens);
    if (idfWeights !== null) this.#holdWeights(idfWeights, this.terms.startsSpecial(given));
  }

  /**
   * Learns the terms from data, an array or batches: the most frequent ones first, and of those equally frequent the greater
   * ones first. In mode `'tfIdf'` each row is a document; of an array without rows, each element.
   *
   * It returns a promise where the batches come asynchronously.
   *
   * @throws StateError if a vocabulary was given
   */
  adapt(data: AsyncIterable<unknown>, options?: AdaptOptions): Promise<void>;
  adapt(data: AdaptData, options?: AdaptOptions): Promise<void> | undefined;
  adapt(data: AdaptData, options: AdaptOptions = {}): Promise<void> | undefined {
    const who = `Layer '${this.name}'`;
    const counts = this.newCounts();
    return learnFrom(who, this.termDType, data, options, {
      whole: (array) => counts.add(documentsOf<T>(array.rank === 1 ? array.reshape([-1, 1]) : array)),
      batch: (array) => counts.add(documentsOf<T>(array)),
      finish: () => this.learn(counts),
    });
  }

  /** Where terms are counted. @throws StateError if a vocabulary was given */
  newCounts(): TokenCounts<T> {
    this.requireAlive();
    if (this.#hasFixedVocabulary)
      throw new StateError(`Layer '${this.name}': \`vocabulary\` was given, it cannot be adapted.`);
    return new TokenCounts<T>();
  }

  /** Makes the terms that were counted the vocabulary. */
  learn(counts: TokenCounts<T>): void {
    if (counts.isEmpty) return;
    const { maxTokens, maskToken, oovToken, padToMaxTokens } = this.config;
    const ranked = counts.ranked([maskToken, oovToken]);
    const tokens = maxTokens === null ? ranked : ranked.slice(0, maxTokens - this.terms.tokenStart);
    this.#hold(tokens);
    if (this.mode !== 'tfIdf') return;
    const weights = tokens.map((token) => counts.inverseDocumentFrequency(token));
    this.#holdWeights(weights, false, padToMaxTokens ? maxTokens! : undefined);
  }

  override call(inputs: Tensor): Tensor {
    return this.config.invert ? this.termsOf(ops.cast(inputs, 'int32')) : this.encode(this.indicesOf(inputs));
  }

  /** What is given out for indices. */
  encode(indices: Tensor): Tensor {
    if (this.mode === 'int') return indices;
    const depth = this.#depth;
    if (depth === null || (this.mode === 'tfIdf' && !this.#idf)) {
      throw new StateError(
        `Layer '${this.name}' has no vocabulary yet: give \`vocabulary\`, or call \`adapt\` or \`setVocabulary\`.`,
      );
    }
    if (this.mode !== 'tfIdf') return encodeCategories(indices, this.mode, depth);
    const weights = this.#weights.value(() => new HostArray(this.#idf!));
    return ops.multiply(encodeCategories(indices, 'count', depth), weights);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return encodedShape(inputShape, this.mode === 'tfIdf' ? 'count' : this.mode, this.#depth);
  }

  override outputDType(): DType {
    if (this.mode !== 'int') return 'float32';
    return this.config.invert ? this.termDType : 'int32';
  }

  /** The text files that Keras keeps beside the config: the vocabulary, unless it stands in the config. */
  saveAssets(): Record<string, string> {
    return this.config.vocabulary === null ? { [VOCABULARY_FILE]: vocabularyText(this.getVocabulary()) } : {};
  }

  /** Takes the vocabulary from the files of {@link saveAssets}. */
  loadAssets(assets: Readonly<Record<string, string>>): void {
    if (this.config.vocabulary !== null) return;
    const text = assets[VOCABULARY_FILE];
    if (text === undefined)
      throw new ArgumentError(
        `Layer '${this.name}'`,
        'assets',
        `with a file '${VOCABULARY_FILE}'`,
        Object.keys(assets),
      );
    const terms = vocabularyFrom(text, this.termDType) as T[];
    if (terms.length > 0) this.#hold(this.terms.checked(terms, { isInverse: this.config.invert }));
  }

  /** What Keras keeps beside the weights. */
  saveOwnVariables(): Record<string, HostArray> {
    return this.mode === 'tfIdf' && this.#idf ? { idf_weights: new HostArray(this.#idf.slice()) } : {};
  }

  /** Takes what {@link saveOwnVariables} gave. */
  loadOwnVariables(variables: Readonly<Record<string, HostArray>>): void {
    if (this.mode !== 'tfIdf' || !variables.idf_weights) return;
    this.#weights.dispose();
    this.#idf = Float32Array.from(variables.idf_weights.astype('float32').data as Float32Array);
  }

  override dispose(): void {
    this.#weights.dispose();
    super.dispose();
  }

  /** Throws if something in a list cannot be a term. */
  protected requireTerms(_terms: readonly unknown[]): void {}

  get #depth(): number | null {
    return this.config.padToMaxTokens ? this.config.maxTokens : this.config.vocabularySize;
  }

  #hold(tokens: readonly T[]): void {
    const size = this.terms.tokenStart + tokens.length;
    const { vocabularySize, padToMaxTokens } = this.config;
    if (this.mode !== 'int' && !padToMaxTokens && vocabularySize !== null && vocabularySize !== size) {
      throw new StateError(
        `Layer '${this.name}': the size of the vocabulary is that of the output, and cannot change from ${vocabularySize} to ${size}. Give \`maxTokens\` and \`padToMaxTokens: true\`, or make a new layer.`,
      );
    }
    this.terms.hold(tokens);
    amendConfig<ResolvedLookup<T>>(this, { vocabularySize: size });
    this.vocabularyChanged();
  }

  /** Weights for all indices: those for unknown terms, where they are not given, are the mean. */
  #holdWeights(weights: readonly number[], hasSpecial: boolean, size = this.#depth ?? this.terms.size): void {
    const mean = weights.reduce((sum, weight) => sum + weight / weights.length, 0);
    const front = hasSpecial ? [] : new Array<number>(this.terms.tokenStart).fill(mean);
    this.#weights.dispose();
    this.#idf = new Float32Array(size);
    this.#idf.set([...front, ...weights].slice(0, size));
  }
}

/** The rows of an array as lists of terms. */
function documentsOf<T extends Token>(array: HostArray): readonly (readonly T[])[] {
  const rows = array.rank < 2 ? array.reshape([1, -1]) : array;
  const length = rows.size / (rows.length || 1);
  const data = rows.data as unknown as readonly T[];
  return Array.from({ length: rows.length }, (_, i) => Array.from(data.slice(i * length, (i + 1) * length)));
}
