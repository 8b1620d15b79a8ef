import type { Token } from './vocabulary.ts';

/** How often terms occur, and in how many documents. */
export class TokenCounts<T extends Token> {
  readonly #counts = new Map<T, number>();
  readonly #documentCounts = new Map<T, number>();
  #documents = 0;

  /** Takes in documents: lists of terms. */
  add(documents: Iterable<Iterable<T>>): void {
    for (const document of documents) {
      this.#documents++;
      const seen = new Set<T>();
      for (const token of document) {
        this.#counts.set(token, (this.#counts.get(token) ?? 0) + 1);
        seen.add(token);
      }
      for (const token of seen) this.#documentCounts.set(token, (this.#documentCounts.get(token) ?? 0) + 1);
    }
  }

  /** Whether no term came. */
  get isEmpty(): boolean {
    return this.#counts.size === 0;
  }

  /** The terms by how often they occur, the most frequent ones first; of equal counts the greater term first. */
  ranked(without: readonly (T | null)[]): T[] {
    const kept = [...this.#counts].filter(([token]) => !without.includes(token));
    return kept.sort(([a, n], [b, m]) => m - n || compareTokens(b, a)).map(([token]) => token);
  }

  /** `log(1 + documents / (1 + documents with the term))`: large where a term is rare. */
  inverseDocumentFrequency(token: T): number {
    return Math.log(1 + this.#documents / (1 + (this.#documentCounts.get(token) ?? 0)));
  }
}

/** Numbers by their value, strings by their code points: the order of their UTF-8 bytes. */
function compareTokens(a: Token, b: Token): number {
  if (typeof a === 'number') return a - (b as number);
  const other = b as string;
  for (let i = 0; i < a.length && i < other.length; i++) {
    const [left, right] = [a.charCodeAt(i), other.charCodeAt(i)];
    if (left !== right) return codePointRank(left) - codePointRank(right);
  }
  return a.length - other.length;
}

/** UTF-16 units in the order of code points: the halves of characters beyond U+FFFF after all others. */
const codePointRank = (unit: number): number => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);
