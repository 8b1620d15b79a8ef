import { Canvas, type Color, colors } from './canvas.ts';
import type { Point } from './font.ts';
import { integerTicks, labels, linear, niceRange, ticks } from './scale.ts';

/** What is drawn of each epoch: values by name; `val_` marks those of the validation data. */
export type EpochValues = Readonly<Record<string, number>>;

const PANEL = { width: 420, height: 290 } as const;
const MARGIN = { left: 54, right: 20, top: 44, bottom: 44 } as const;
const TITLE_HEIGHT = 40;

/**
 * Training curves: a panel for each quantity (loss, accuracy), over the epochs, with the validation beside the training.
 *
 * @returns a PNG file
 */
export function curves(title: string, epochs: readonly EpochValues[]): Uint8Array {
  const quantities = Object.keys(epochs[0] ?? {}).filter((name) => !name.startsWith('val_'));
  const canvas = new Canvas(PANEL.width * quantities.length, PANEL.height + TITLE_HEIGHT);
  canvas.text(title, 24, 30, { size: 11, bold: true, maxWidth: canvas.width - 48 });
  quantities.forEach((quantity, i) => {
    const series = [
      { label: 'training', color: colors.blue, values: epochs.map((epoch) => epoch[quantity] ?? Number.NaN) },
      {
        label: 'validation',
        color: colors.orange,
        values: epochs.map((epoch) => epoch[`val_${quantity}`] ?? Number.NaN),
      },
    ].filter(({ values }) => values.some(Number.isFinite));
    panel(canvas, i * PANEL.width, TITLE_HEIGHT, quantity, series);
  });
  return canvas.toPng();
}

interface Series {
  readonly label: string;
  readonly color: Color;
  readonly values: readonly number[];
}

function panel(canvas: Canvas, x: number, y: number, quantity: string, series: readonly Series[]): void {
  const [left, right] = [x + MARGIN.left, x + PANEL.width - MARGIN.right];
  const [top, bottom] = [y + MARGIN.top, y + PANEL.height - MARGIN.bottom];
  const count = Math.max(...series.map(({ values }) => values.length));
  const range = niceRange(series.flatMap(({ values }) => values));
  const toX = count > 1 ? linear([1, count], [left + 8, right - 8]) : () => (left + right) / 2;
  const toY = linear(range, [bottom, top]);

  const values = ticks(range);
  labels(values).forEach((label, i) => {
    const at = toY(values[i]!);
    canvas.line([[left, at], [right, at]], 0.8, colors.line); // biome-ignore format: a segment
    canvas.text(label, left - 9, at + 3.5, { size: 7, color: colors.faint, align: 'right' });
  });
  canvas.line([[left, bottom], [right, bottom]], 1, colors.axis); // biome-ignore format: a segment
  for (const epoch of integerTicks(count)) {
    const at = toX(epoch);
    canvas.line([[at, bottom], [at, bottom + 4]], 1, colors.axis); // biome-ignore format: a segment
    canvas.text(String(epoch), at, bottom + 16, { size: 7, color: colors.faint, align: 'center' });
  }
  canvas.text('epoch', (left + right) / 2, bottom + 33, { size: 7.5, color: colors.faint, align: 'center' });

  canvas.text(quantity, left, top - 17, { size: 9, bold: true });
  let legend = right;
  for (const { label, color } of series.toReversed()) {
    canvas.text(label, legend, top - 17, { size: 7.5, color: colors.faint, align: 'right' });
    legend -= Canvas.widthOf(label, 7.5) + 26;
    canvas.line([[legend, top - 20.5], [legend + 18, top - 20.5]], 2.2, color); // biome-ignore format: a segment
    legend -= 16;
  }
  for (const { values: heights, color } of series) {
    const points = heights.flatMap((value, i): Point[] => (Number.isFinite(value) ? [[toX(i + 1), toY(value)]] : []));
    canvas.line(points, 2, color);
    for (const point of points) canvas.line([point], 5.5, color);
  }
}
