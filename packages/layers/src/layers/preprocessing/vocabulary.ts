import { ArgumentError, show } from '@capas/core';

/** A term: what is looked up. */
export type Token = string | number;

/** What stands before the terms in a vocabulary. */
export interface SpecialTokens<T extends Token> {
  /** Stands at index 0, if it is not `null`. */
  readonly mask: T | null;
  /** Stands for every unknown term, at the next `oovIndices` places. */
  readonly oov: T | null;
  readonly oovIndices: number;
  /** Whether the mask has a place. */
  readonly isMaskIndexed: boolean;
}

/** Terms and their indices: first the mask, then the places for unknown terms, then the known ones. */
export class Vocabulary<T extends Token> {
  readonly special: SpecialTokens<T>;
  readonly #who: string;
  #tokens: readonly T[] = [];
  #indices: ReadonlyMap<T, number> = new Map();

  constructor(who: string, special: SpecialTokens<T>) {
    this.#who = who;
    this.special = special;
  }

  /** The known terms, without the special ones. */
  get tokens(): readonly T[] {
    return this.#tokens;
  }

  /** The first index for unknown terms. */
  get oovStart(): number {
    return this.special.isMaskIndexed && this.special.mask !== null ? 1 : 0;
  }

  /** The index of the first known term. */
  get tokenStart(): number {
    return this.oovStart + this.special.oovIndices;
  }

  /** The number of indices. */
  get size(): number {
    return this.tokenStart + this.#tokens.length;
  }

  /** The index of a known term. */
  indexOf(token: T): number | undefined {
    return this.#indices.get(token);
  }

  /** The term at an index; that for unknown ones where there is none. */
  tokenAt(index: number): T {
    if (index === 0 && this.oovStart === 1) return this.special.mask!;
    return this.#tokens[index - this.tokenStart] ?? this.special.oov!;
  }

  /** The terms by index, with the special ones or without. */
  list(includeSpecialTokens: boolean): T[] {
    const all = Array.from({ length: this.size }, (_, index) => this.tokenAt(index));
    return includeSpecialTokens ? all : all.slice(this.tokenStart);
  }

  /** Whether terms begin with exactly the special ones. */
  startsSpecial(tokens: readonly T[]): boolean {
    const { mask, oov, oovIndices } = this.special;
    const special = [...new Array(this.oovStart).fill(mask), ...new Array(oovIndices).fill(oov)];
    return tokens.length >= special.length && special.every((token, i) => token === tokens[i]);
  }

  /** Takes terms as they are. */
  hold(tokens: readonly T[]): void {
    this.#tokens = Object.freeze([...tokens]);
    this.#indices = new Map(tokens.map((token, i) => [token, this.tokenStart + i]));
  }

  /**
   * Terms without the special ones that may stand at their start.
   *
   * @throws ArgumentError if there are none, one is there twice, or a special one stands somewhere else
   */
  checked(given: readonly T[], { isInverse }: { readonly isInverse: boolean }): readonly T[] {
    if (given.length === 0) throw new ArgumentError(this.#who, 'vocabulary', 'a list with at least one term', given);
    const tokens = this.startsSpecial(given) ? given.slice(this.tokenStart) : given;
    const seen = new Set<T>();
    const repeated = new Set<T>();
    for (const token of tokens) (seen.has(token) ? repeated : seen).add(token);
    if (repeated.size) {
      throw new ArgumentError(
        this.#who,
        'vocabulary',
        'a list without repeated terms',
        given,
        `Repeated: ${show([...repeated])}.`,
      );
    }
    const { mask, oov } = this.special;
    if (mask !== null && seen.has(mask)) this.#refuseSpecial('mask', mask, given);
    if (oov !== null && isInverse && seen.has(oov)) this.#refuseSpecial('out-of-vocabulary', oov, given);
    return tokens;
  }

  #refuseSpecial(what: string, token: T, given: readonly T[]): never {
    const { mask, oov, oovIndices } = this.special;
    const order = [...new Array<T>(this.oovStart).fill(mask!), ...new Array<T>(oovIndices).fill(oov!)];
    throw new ArgumentError(
      this.#who,
      'vocabulary',
      `without the ${what} token ${show(token)}, or with the special tokens at its start in the order ${show(order)}`,
      given,
    );
  }
}
