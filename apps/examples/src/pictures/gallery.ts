import { Canvas, colors, type Picture } from './canvas.ts';

/** A picture with what a model took it for. */
export interface Judged {
  readonly picture: Picture;
  readonly prediction: string;
  readonly truth: string;
}

const COLUMNS = 10;
const SHOWN = 30;
const MISTAKES = 10;
const CELL = { width: 88, height: 102 } as const;
const SIDE = 64;
const MARGIN = 22;
const HEADING_HEIGHT = 34;
const TITLE_HEIGHT = 42;

/**
 * A sheet of pictures, each with its prediction; wrong ones are framed red, with the truth below. The first ones come
 * first, then some more that were taken for something else.
 *
 * @returns a PNG file
 */
export function gallery(title: string, judged: readonly Judged[]): Uint8Array {
  const isWrong = ({ prediction, truth }: Judged): boolean => prediction !== truth;
  const wrong = judged.filter(isWrong).length;
  const sections = [
    { heading: 'the first ones', items: judged.slice(0, SHOWN) },
    {
      heading: `more mistakes (in all ${wrong} of ${judged.length} are wrong)`,
      items: judged.slice(SHOWN).filter(isWrong).slice(0, MISTAKES),
    },
  ].filter(({ items }) => items.length > 0);
  const rowsOf = (count: number): number => Math.ceil(count / COLUMNS);
  const height = sections.reduce((sum, { items }) => sum + HEADING_HEIGHT + rowsOf(items.length) * CELL.height, 0);
  const canvas = new Canvas(COLUMNS * CELL.width + 2 * MARGIN, TITLE_HEIGHT + height + MARGIN / 2);
  canvas.text(title, MARGIN + 8, 32, { size: 11, bold: true, maxWidth: canvas.width - 2 * MARGIN });
  let top = TITLE_HEIGHT;
  for (const { heading, items } of sections) {
    canvas.text(heading, MARGIN + 8, top + 20, { size: 8, color: colors.faint });
    top += HEADING_HEIGHT;
    items.forEach((item, i) => {
      cell(canvas, MARGIN + (i % COLUMNS) * CELL.width, top + Math.floor(i / COLUMNS) * CELL.height, item);
    });
    top += rowsOf(items.length) * CELL.height;
  }
  return canvas.toPng();
}

function cell(canvas: Canvas, x: number, y: number, { picture, prediction, truth }: Judged): void {
  const isRight = prediction === truth;
  const [left, center] = [x + (CELL.width - SIDE) / 2, x + CELL.width / 2];
  const frame = isRight ? { width: 1, color: colors.line } : { width: 2.5, color: colors.red };
  canvas.rectangle(left - frame.width, y - frame.width, SIDE + 2 * frame.width, SIDE + 2 * frame.width, frame.color);
  canvas.image(picture, left, y, SIDE, { inverted: picture.shape.length === 2 });
  const text = { align: 'center', maxWidth: CELL.width - 8 } as const;
  canvas.text(prediction, center, y + SIDE + 15, {
    ...text,
    size: 8,
    color: isRight ? colors.ink : colors.red,
    bold: true,
  });
  if (!isRight) canvas.text(`is ${truth}`, center, y + SIDE + 28, { ...text, size: 7, color: colors.faint });
}
