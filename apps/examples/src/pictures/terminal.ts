import type { Picture } from './canvas.ts';
import type { EpochValues } from './curves.ts';
import type { Judged } from './gallery.ts';

/** How many characters a picture takes: 14×14 pixels, two in each character. */
const COLUMNS = 14;
const IN_A_ROW = 5;
const BAR = 28;

const RED = '\x1b[31m';
const GREEN = '\x1b[32m';
const PLAIN = '\x1b[0m';

/** Grey pictures in a row with prediction and truth below, in half-block characters; without colours if `isPlain`. */
export function printedGallery(judged: readonly Judged[], isPlain: boolean): string {
  const rows: string[] = [];
  for (let start = 0; start < judged.length; start += IN_A_ROW) {
    const items = judged.slice(start, start + IN_A_ROW);
    const pictures = items.map(({ picture }) => halfBlocks(picture, isPlain));
    for (let line = 0; line < COLUMNS / 2; line++) rows.push(pictures.map((lines) => lines[line]).join(' '));
    const captions = items.map(({ prediction, truth }) => {
      const isRight = prediction === truth;
      const text = isRight ? `${prediction} ✓` : `${prediction} ✗ is ${truth}`;
      const padded = text.padStart((COLUMNS + text.length) >> 1).padEnd(COLUMNS);
      return isPlain ? padded : `${isRight ? GREEN : RED}${padded}${PLAIN}`;
    });
    rows.push(captions.join(' ').trimEnd());
  }
  return rows.join('\n');
}

/** The epochs' values, with bars for the loss, to see it fall. */
export function printedCurve(epochs: readonly EpochValues[]): string {
  const highest = Math.max(...epochs.map(({ loss }) => loss ?? 0));
  return epochs
    .map(({ loss = Number.NaN, accuracy }, i) => {
      const bar = '█'.repeat(Math.round((BAR * loss) / highest) || 0).padEnd(BAR);
      const gain = accuracy === undefined ? '' : `  accuracy ${accuracy.toFixed(4)}`;
      return `epoch ${String(i + 1).padStart(2)}  loss ${loss.toFixed(4)} ${bar}${gain}`;
    })
    .join('\n');
}

/** A grey picture, shrunk, two rows of pixels to a line of text: greys where colours work, else ink or none. */
function halfBlocks({ data, shape }: Picture, isPlain: boolean): string[] {
  const [height, width] = shape as readonly [number, number];
  const pixel = (row: number, column: number): number => {
    let sum = 0;
    const [stepY, stepX] = [height / COLUMNS, width / COLUMNS];
    for (let y = Math.floor(row * stepY); y < (row + 1) * stepY; y++)
      for (let x = Math.floor(column * stepX); x < (column + 1) * stepX; x++) sum += data[y * width + x]!;
    return sum / (Math.ceil(stepY) * Math.ceil(stepX));
  };
  return Array.from({ length: COLUMNS / 2 }, (_, line) => {
    const cells = Array.from({ length: COLUMNS }, (_, column) => {
      const [upper, lower] = [pixel(2 * line, column), pixel(2 * line + 1, column)];
      if (isPlain) return ' ▀▄█'[Number(upper > 90) + 2 * Number(lower > 90)]!;
      return `\x1b[38;5;${grey(upper)};48;5;${grey(lower)}m▀`;
    });
    return isPlain ? cells.join('') : `${cells.join('')}${PLAIN}`;
  });
}

/** The nearest of the 24 greys of a terminal with 256 colours. */
const grey = (value: number): number => 232 + Math.min(23, Math.floor((value * 24) / 256));
