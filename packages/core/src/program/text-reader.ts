import { ProgramError } from './program-error.ts';

/** Reads a text from its start to its end, piece by piece; spaces and line ends between pieces do not count. */
export class TextReader {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Steps over `symbol` if it comes next. */
  accept(symbol: string): boolean {
    this.#match(/\s*/y);
    if (!this.#text.startsWith(symbol, this.#position)) return false;
    this.#position += symbol.length;
    return true;
  }

  expect(symbol: string): void {
    if (!this.accept(symbol)) this.fail(`'${symbol}'`);
  }

  /** What comes next, if it looks like `pattern`. */
  find(pattern: RegExp): string | undefined {
    this.#match(/\s*/y);
    return this.#match(pattern);
  }

  /** What comes next; it must look like `pattern`. */
  read(pattern: RegExp, expected: string): string {
    return this.find(pattern) ?? this.fail(expected);
  }

  integer(): number {
    return Number(this.read(/\d+/y, 'an integer of at least 0'));
  }

  /** A number, `NaN` and `Infinity` included, if one comes next. */
  findNumber(): number | undefined {
    const text = this.find(/-?(Infinity|\d+(\.\d+)?(e[+-]?\d+)?)|NaN/y);
    return text === undefined ? undefined : Number(text);
  }

  number(): number {
    return this.findNumber() ?? this.fail('a number');
  }

  /** A string in double quotes, as in JSON. */
  string(): string {
    return JSON.parse(this.read(/"([^"\\\n]|\\.)*"/y, 'a string in double quotes')) as string;
  }

  /** `item, item, …` up to `end`, which may come at once. */
  list<T>(end: string, item: () => T): T[] {
    const items: T[] = [];
    if (this.accept(end)) return items;
    do items.push(item());
    while (this.accept(','));
    this.expect(end);
    return items;
  }

  /** The rest of the line after `#`, if a `#` comes before the end of the line. */
  comment(): string | undefined {
    return this.#match(/[ \t]*#[^\n]*/y)
      ?.replace(/^\s*#\s*/, '')
      .trimEnd();
  }

  /** Throws unless everything was read. */
  end(): void {
    this.#match(/\s*/y);
    if (this.#position < this.#text.length) this.fail('the end');
  }

  fail(expected: string): never {
    const before = this.#text.slice(0, this.#position).split('\n');
    const line = this.#text.split('\n')[before.length - 1]!;
    const column = before.at(-1)!.length;
    throw new ProgramError(
      `Line ${before.length}, column ${column + 1}: expected ${expected}.\n  ${line}\n  ${' '.repeat(column)}^`,
    );
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.#text)?.[0];
    this.#position += found?.length ?? 0;
    return found;
  }
}
