import type { Line } from './pen.ts';

/** Width and height of an image. */
export const SIDE = 28;

/** Width in pixels of the soft edge of a stroke. */
const EDGE = 1.1;

/** A pen: `radius` in pixels at the start of a line, growing by `growth` of it towards the end. */
export interface Pen {
  readonly radius: number;
  readonly growth: number;
}

/** Draws lines on paper: coverage 0 … 1 for each of 28×28 pixels, with soft edges. */
export function render(lines: readonly Line[], { radius, growth }: Pen): Float32Array {
  const image = new Float32Array(SIDE * SIDE);
  for (const line of lines) {
    for (let i = 2; i < line.length; i += 2) {
      const width = radius * (1 + (growth * i) / line.length);
      segment(image, line[i - 2]!, line[i - 1]!, line[i]!, line[i + 1]!, width);
    }
  }
  return image;
}

function segment(image: Float32Array, fromX: number, fromY: number, toX: number, toY: number, radius: number): void {
  const reach = radius + EDGE / 2;
  const [left, right] = pixels(fromX, toX, reach);
  const [top, bottom] = pixels(fromY, toY, reach);
  const dx = toX - fromX;
  const dy = toY - fromY;
  const square = dx * dx + dy * dy || 1;
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const x = column + 0.5 - fromX;
      const y = row + 0.5 - fromY;
      const t = Math.min(1, Math.max(0, (x * dx + y * dy) / square));
      const offX = x - t * dx;
      const offY = y - t * dy;
      const coverage = Math.min(1, (reach - Math.sqrt(offX * offX + offY * offY)) / EDGE);
      const at = row * SIDE + column;
      if (coverage > image[at]!) image[at] = coverage;
    }
  }
}

const pixels = (a: number, b: number, reach: number): [first: number, last: number] => [
  Math.max(0, Math.floor(Math.min(a, b) - reach)),
  Math.min(SIDE - 1, Math.ceil(Math.max(a, b) + reach)),
];
