import { CAP_HEIGHT, layOut, type Point } from './font.ts';
import { encodePng } from './png.ts';

/** Red, green, blue, 0 … 255. */
export type Color = readonly [red: number, green: number, blue: number];

/** The colours of our pictures. */
export const colors: Readonly<Record<'ink' | 'faint' | 'line' | 'axis' | 'blue' | 'orange' | 'red', Color>> = {
  ink: [31, 41, 55],
  faint: [107, 114, 128],
  line: [226, 230, 236],
  axis: [148, 156, 168],
  blue: [37, 99, 235],
  orange: [234, 88, 12],
  red: [220, 38, 38],
};

/** How a text is placed. */
export interface TextOptions {
  /** Height of the capitals. @defaultValue 8 */
  readonly size?: number;
  readonly color?: Color;
  /** What `x` is. @defaultValue `'left'` */
  readonly align?: 'left' | 'center' | 'right';
  /** The text is made smaller where it would be wider than this. */
  readonly maxWidth?: number;
  readonly bold?: boolean;
}

/** Pixels of an image, 0 … 255: grey `[height, width]` or colour `[height, width, 3]`. */
export interface Picture {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

/**
 * A white sheet to draw on. Coordinates count from the top left, in units of `scale` pixels; lines and text are
 * anti-aliased.
 */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly #scale: number;
  readonly #columns: number;
  readonly #rows: number;
  readonly #pixels: Uint8Array;

  constructor(width: number, height: number, scale = 2) {
    this.width = width;
    this.height = height;
    this.#scale = scale;
    this.#columns = Math.round(width * scale);
    this.#rows = Math.round(height * scale);
    this.#pixels = new Uint8Array(this.#columns * this.#rows * 3).fill(255);
  }

  /** The width of a text whose capitals are `size` high. */
  static widthOf(text: string, size: number): number {
    return (layOut(text).width * size) / CAP_HEIGHT;
  }

  /** Fills a rectangle whose edges fall on whole pixels. */
  rectangle(x: number, y: number, width: number, height: number, color: Color): void {
    const [left, top] = [Math.round(x * this.#scale), Math.round(y * this.#scale)];
    const [right, bottom] = [Math.round((x + width) * this.#scale), Math.round((y + height) * this.#scale)];
    for (let row = top; row < bottom; row++) for (let i = left; i < right; i++) this.#blend(i, row, color, 1);
  }

  /** Draws a line through points with a round pen; a single point gives a dot. */
  line(points: readonly Point[], width: number, color: Color): void {
    this.#strokes([points], width, color);
  }

  /** Writes a text whose base line is at `y`. */
  text(text: string, x: number, y: number, options: TextOptions = {}): void {
    const { color = colors.ink, align = 'left', bold = false, maxWidth = Number.POSITIVE_INFINITY } = options;
    const { strokes, width } = layOut(text);
    const unit = Math.min((options.size ?? 8) / CAP_HEIGHT, maxWidth / width);
    const left = x - width * unit * { left: 0, center: 0.5, right: 1 }[align];
    const placed = strokes.map((stroke) =>
      stroke.map(([px, py]): Point => [left + px * unit, y + (py - CAP_HEIGHT) * unit]),
    );
    this.#strokes(placed, unit * (bold ? 1.5 : 1.05), color);
  }

  /** Puts an image into a square, its pixels as squares; grey images as ink on paper if `inverted`. */
  image(
    { data, shape }: Picture,
    x: number,
    y: number,
    side: number,
    { inverted = false }: { readonly inverted?: boolean } = {},
  ): void {
    const [height, width, channels = 1] = shape as readonly [number, number, number?];
    const pixel = (row: number, column: number, channel: number): number => {
      const value = data[(row * width + column) * channels + Math.min(channel, channels - 1)]!;
      return inverted ? 255 - value : value;
    };
    const [left, top, size] = [x, y, side].map((value) => Math.round(value * this.#scale)) as [number, number, number];
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        const [row, column] = [Math.floor((i * height) / size), Math.floor((j * width) / size)];
        this.#blend(left + j, top + i, [pixel(row, column, 0), pixel(row, column, 1), pixel(row, column, 2)], 1);
      }
    }
  }

  /** The drawing as a PNG file. */
  toPng(): Uint8Array {
    return encodePng(this.#pixels, this.#columns, this.#rows);
  }

  /** Draws strokes at once, so that crossings are not drawn twice. A pixel is covered as far as it is within the pen. */
  #strokes(strokes: readonly (readonly Point[])[], width: number, color: Color): void {
    const radius = (width * this.#scale) / 2;
    const points = strokes.map((stroke) => stroke.map(([x, y]): Point => [x * this.#scale, y * this.#scale]));
    const all = points.flat();
    if (all.length === 0) return;
    const left = Math.floor(Math.min(...all.map(([x]) => x)) - radius - 1);
    const top = Math.floor(Math.min(...all.map(([, y]) => y)) - radius - 1);
    const columns = Math.ceil(Math.max(...all.map(([x]) => x)) + radius + 1) - left;
    const rows = Math.ceil(Math.max(...all.map(([, y]) => y)) + radius + 1) - top;
    const coverage = new Float32Array(columns * rows);
    const cover = (a: Point, b: Point): void => {
      const reach = radius + 1;
      const toRow = Math.min(rows, Math.ceil(Math.max(a[1], b[1]) + reach) - top);
      const toColumn = Math.min(columns, Math.ceil(Math.max(a[0], b[0]) + reach) - left);
      for (let row = Math.max(0, Math.floor(Math.min(a[1], b[1]) - reach) - top); row < toRow; row++) {
        for (let i = Math.max(0, Math.floor(Math.min(a[0], b[0]) - reach) - left); i < toColumn; i++) {
          const covered = radius + 0.5 - distance([left + i + 0.5, top + row + 0.5], a, b);
          const at = row * columns + i;
          if (covered > coverage[at]!) coverage[at] = Math.min(1, covered);
        }
      }
    };
    for (const stroke of points) stroke.forEach((to, i) => void cover(stroke[Math.max(0, i - 1)]!, to));
    coverage.forEach((share, i) => {
      if (share > 0) this.#blend(left + (i % columns), top + Math.floor(i / columns), color, share);
    });
  }

  #blend(column: number, row: number, color: Color, share: number): void {
    if (column < 0 || row < 0 || column >= this.#columns || row >= this.#rows) return;
    const at = (row * this.#columns + column) * 3;
    for (let i = 0; i < 3; i++) {
      this.#pixels[at + i] = Math.round(this.#pixels[at + i]! * (1 - share) + color[i]! * share);
    }
  }
}

/** How far a point is from the segment from `a` to `b`. */
function distance([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1);
  const share = Math.min(1, Math.max(0, along));
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}
