import { Canvas, colors, type Picture } from './canvas.ts';

const SIDE = 84;
const GAP = 8;
const MARGIN = 24;
const TITLE_HEIGHT = 48;
const HEADING_HEIGHT = 26;

/**
 * Pictures above what became of them.
 *
 * @returns a PNG file
 */
export function pairs(
  title: string,
  above: { readonly heading: string; readonly pictures: readonly Picture[] },
  below: { readonly heading: string; readonly pictures: readonly Picture[] },
): Uint8Array {
  const rowHeight = HEADING_HEIGHT + SIDE + GAP;
  const canvas = new Canvas(
    2 * MARGIN + above.pictures.length * (SIDE + GAP) - GAP,
    TITLE_HEIGHT + 2 * rowHeight + MARGIN / 2,
  );
  canvas.text(title, MARGIN, 33, { size: 11, bold: true, maxWidth: canvas.width - 2 * MARGIN });
  [above, below].forEach(({ heading, pictures }, row) => {
    const top = TITLE_HEIGHT + row * rowHeight;
    canvas.text(heading, MARGIN, top + 15, { size: 8, color: colors.faint });
    pictures.forEach((picture, i) => {
      canvas.image(picture, MARGIN + i * (SIDE + GAP), top + HEADING_HEIGHT, SIDE);
    });
  });
  return canvas.toPng();
}
