import type { Draws } from './draws.ts';
import type { Line } from './pen.ts';

/** Side of the grid of the elastic distortion. */
const GRID = 3;

/** Pushes a sheet of rubber: displacements drawn on a 3×3 grid over 0 … 100, smooth between its nodes. */
export function elastic(lines: readonly Line[], strength: number, draws: Draws): void {
  const shifts = Float64Array.from({ length: 2 * GRID * GRID }, () => draws.around(strength));
  for (const line of lines) {
    for (let i = 0; i < line.length; i += 2) {
      const [column, right] = cell(line[i]!);
      const [row, down] = cell(line[i + 1]!);
      for (const axis of [0, 1]) {
        const shift = (r: number, c: number): number => shifts[2 * (r * GRID + c) + axis]!;
        const top = mix(shift(row, column), shift(row, column + 1), right);
        const bottom = mix(shift(row + 1, column), shift(row + 1, column + 1), right);
        line[i + axis]! += mix(top, bottom, down);
      }
    }
  }
}

function cell(position: number): [index: number, part: number] {
  const scaled = (Math.min(Math.max(position, 0), 100) / 100) * (GRID - 1);
  const index = Math.min(Math.floor(scaled), GRID - 2);
  const t = scaled - index;
  return [index, t * t * (3 - 2 * t)];
}

const mix = (a: number, b: number, part: number): number => a + (b - a) * part;

/** Leans, turns and stretches the lines about the glyph's middle. */
export function affine(lines: readonly Line[], draws: Draws): void {
  const width = draws.between(0.6, 1.05);
  const slant = draws.between(-0.2, 0.45);
  const half = draws.around(0.07);
  // The half-angle form of a rotation: exact arithmetic, so the same pixels everywhere.
  const cos = (1 - half * half) / (1 + half * half);
  const sin = (2 * half) / (1 + half * half);
  for (const line of lines) {
    for (let i = 0; i < line.length; i += 2) {
      const y = line[i + 1]! - 50;
      const x = (line[i]! - 50) * width - slant * y;
      line[i] = cos * x - sin * y;
      line[i + 1] = sin * x + cos * y;
    }
  }
}

/** Scales the lines to `extent` pixels in their longer direction, and puts their centre of mass at `centre`. */
export function fit(lines: readonly Line[], extent: number, centre: number): void {
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (const line of lines) {
    for (let i = 0; i < line.length; i++) {
      low[i & 1] = Math.min(low[i & 1]!, line[i]!);
      high[i & 1] = Math.max(high[i & 1]!, line[i]!);
    }
  }
  const scale = extent / Math.max(high[0]! - low[0]!, high[1]! - low[1]!);
  const mass = centreOfMass(lines);
  for (const line of lines) {
    for (let i = 0; i < line.length; i++) line[i] = (line[i]! - mass[i & 1]!) * scale + centre;
  }
}

/** The mean of the lines' segments, weighted by their lengths. */
function centreOfMass(lines: readonly Line[]): [number, number] {
  let [x, y, total] = [0, 0, 0];
  for (const line of lines) {
    for (let i = 2; i < line.length; i += 2) {
      const [fromX, fromY, toX, toY] = line.subarray(i - 2, i + 2) as unknown as [number, number, number, number];
      const length = Math.sqrt((toX - fromX) ** 2 + (toY - fromY) ** 2);
      x += (length * (fromX + toX)) / 2;
      y += (length * (fromY + toY)) / 2;
      total += length;
    }
  }
  return [x / total, y / total];
}
