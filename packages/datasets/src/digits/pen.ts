import type { Draws } from './draws.ts';
import type { Glyph, GlyphPoint } from './glyphs.ts';

/** A pen line as flat coordinates `x0, y0, x1, y1, …`. */
export type Line = Float64Array;

/** Steps from one point of a glyph to the next. */
const STEPS = 8;

/**
 * Writes a glyph as a hand would: each point is missed a little, and a curve (Catmull–Rom) is drawn through them.
 *
 * @param care - how far the hand is off, in hundredths of the glyph's size
 */
export function write(glyph: Glyph, care: number, draws: Draws): Line[] {
  return glyph.map((stroke) => {
    const points = stroke.map(({ x, y, isCorner }) => ({
      x: x + draws.around(care),
      y: y + draws.around(care),
      isCorner,
    }));
    return curve(points);
  });
}

function curve(points: readonly GlyphPoint[]): Line {
  const line: number[] = [points[0]!.x, points[0]!.y];
  for (let i = 0; i + 1 < points.length; i++) {
    const from = points[i]!;
    const to = points[i + 1]!;
    // A corner ends one curve and starts the next: the neighbour beyond it does not bend the line.
    const before = from.isCorner ? from : (points[i - 1] ?? from);
    const after = to.isCorner ? to : (points[i + 2] ?? to);
    for (let step = 1; step <= STEPS; step++) {
      const t = step / STEPS;
      line.push(catmullRom(before.x, from.x, to.x, after.x, t), catmullRom(before.y, from.y, to.y, after.y, t));
    }
  }
  return Float64Array.from(line);
}

/** @see E. Catmull, R. Rom, "A class of local interpolating splines", 1974 */
function catmullRom(before: number, from: number, to: number, after: number, t: number): number {
  const linear = (to - before) / 2;
  const end = (after - from) / 2;
  const gap = to - from;
  return from + t * (linear + t * (3 * gap - 2 * linear - end + t * (linear + end - 2 * gap)));
}
