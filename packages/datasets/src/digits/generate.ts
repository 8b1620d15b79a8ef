import { HostArray, shuffledIndices } from '@capas/core';
import type { Samples } from '../catalog/data-set.ts';
import { affine, elastic, fit } from './distort.ts';
import { Draws } from './draws.ts';
import { type Glyph, glyphs } from './glyphs.ts';
import { write } from './pen.ts';
import { render, SIDE } from './render.ts';

const CLASSES = 10;

/**
 * Draws `count` digits, equally many of each class in a random order: `x` uint8 `[count, 28, 28]`, `y` uint8 `[count]`.
 * Sample `i` depends only on the seed and `first + i`.
 */
export function generateDigits(count: number, seed: number, first: number): Samples {
  const hands = glyphs();
  const labels = Uint8Array.from(shuffledIndices(count, seed, first), (index) => index % CLASSES);
  const pixels = new Uint8Array(count * SIDE * SIDE);
  labels.forEach((label, i) => {
    drawDigit(hands[label]!, new Draws(seed, first + i), pixels.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE));
  });
  return { x: new HostArray(pixels, [count, SIDE, SIDE], 'uint8'), y: new HostArray(labels, [count], 'uint8') };
}

function drawDigit(hands: readonly Glyph[], draws: Draws, out: Uint8Array): void {
  const haste = draws.between(0.4, 1.6);
  const lines = write(draws.pick(hands), 2 * haste, draws);
  elastic(lines, 6.5 * haste, draws);
  affine(lines, draws);
  fit(lines, draws.between(17, 20.5), SIDE / 2);
  const coverage = render(lines, { radius: draws.between(0.85, 1.7), growth: draws.between(-0.35, 0.35) });
  const ink = draws.between(215, 255);
  const grain = draws.between(0, 0.25);
  for (let i = 0; i < out.length; i++) {
    out[i] = coverage[i]! * ink * (1 - (grain * draws.noise(i)) / 255);
  }
}
