/** What stands for punctuation: all signs of ASCII that are neither letters, digits nor space. */
const PUNCTUATION = /[!-/:-@[-`{-~]/g;

/** White space of ASCII; others, such as the no-break space, hold words together, as in TensorFlow. */
const WHITE_SPACE = /[ \t\n\v\f\r]+/;

/** Turns texts into plainer ones. */
export type Standardize = (texts: readonly string[]) => readonly string[];

/** Cuts each text into tokens. */
export type Split = (texts: readonly string[]) => readonly (readonly string[])[];

/** What texts can be standardized by, under the names of Keras. Only ASCII letters are lowered, as in TensorFlow. */
export const standardizers: Readonly<Record<'lower' | 'stripPunctuation' | 'lowerAndStripPunctuation', Standardize>> = {
  lower: (texts) => texts.map(lowerAscii),
  stripPunctuation: (texts) => texts.map((text) => text.replaceAll(PUNCTUATION, '')),
  lowerAndStripPunctuation: (texts) => texts.map((text) => lowerAscii(text).replaceAll(PUNCTUATION, '')),
};

/** How texts can be cut, under the names of Keras. */
export const splitters: Readonly<Record<'whitespace' | 'character', Split>> = {
  whitespace: (texts) => texts.map((text) => text.split(WHITE_SPACE).filter((word) => word !== '')),
  character: (texts) => texts.map((text) => [...text]),
};

const lowerAscii = (text: string): string => text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** The runs of tokens of each of these lengths, joined by spaces: all of the first length, then all of the next. */
export function ngramsOf(tokens: readonly string[], lengths: readonly number[]): string[] {
  return lengths.flatMap((length) =>
    Array.from({ length: Math.max(0, tokens.length - length + 1) }, (_, i) => tokens.slice(i, i + length).join(' ')),
  );
}
