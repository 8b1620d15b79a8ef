import { describe, expect, it } from 'vitest';
import { Canvas, colors } from './canvas.ts';
import { layOut } from './font.ts';
import { readPng } from './read-png.ts';

const pixel = (canvas: Canvas, column: number, row: number): number[] => {
  const { pixels, width } = readPng(canvas.toPng());
  return [...pixels.subarray((row * width + column) * 3, (row * width + column) * 3 + 3)];
};
const WHITE = [255, 255, 255];

describe('Canvas', () => {
  it('fills whole pixels', () => {
    const canvas = new Canvas(4, 4, 2);
    canvas.rectangle(1, 1, 2, 1, colors.red);
    expect([pixel(canvas, 2, 2), pixel(canvas, 5, 3)]).toEqual([[...colors.red], [...colors.red]]);
    expect([pixel(canvas, 1, 2), pixel(canvas, 6, 2), pixel(canvas, 2, 1), pixel(canvas, 2, 4)]).toEqual([
      WHITE,
      WHITE,
      WHITE,
      WHITE,
    ]);
  });

  it('draws a line two pixels wide, half covered at the sides', () => {
    const canvas = new Canvas(10, 10, 1);
    canvas.line([[2, 5], [8, 5]], 3, [0, 0, 0]); // biome-ignore format: a segment
    // the pen reaches from 3.5 to 6.5: rows 4 and 5 are within it, rows 3 and 6 by half
    expect([2, 3, 4, 5, 6, 7].map((row) => pixel(canvas, 5, row)[0])).toEqual([255, 128, 0, 0, 128, 255]);
  });

  it('shows grey images, inverted where asked, and colours', () => {
    const canvas = new Canvas(4, 2, 1);
    canvas.image({ data: [0, 100, 200, 255], shape: [2, 2] }, 0, 0, 2);
    canvas.image({ data: [0, 100, 200, 255], shape: [2, 2] }, 2, 0, 2, { inverted: true });
    expect([pixel(canvas, 1, 0), pixel(canvas, 0, 1), pixel(canvas, 3, 0)]).toEqual([
      [100, 100, 100],
      [200, 200, 200],
      [155, 155, 155],
    ]);
    canvas.image({ data: [1, 2, 3], shape: [1, 1, 3] }, 0, 0, 1);
    expect(pixel(canvas, 0, 0)).toEqual([1, 2, 3]);
  });

  it('draws nothing outside of it', () => {
    const canvas = new Canvas(3, 3, 1);
    canvas.rectangle(-5, -5, 3, 3, colors.red);
    canvas.text('far away', 50, 50);
    canvas.text('', 1, 1);
    expect(new Set(readPng(canvas.toPng()).pixels)).toEqual(new Set([255]));
  });
});

describe('the font', () => {
  it('has a form of its own for each character that we print', () => {
    const missing = JSON.stringify(layOut('\u0000').strokes);
    const characters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:!?'-–+=×%/()…"];
    const forms = characters.map((character) => JSON.stringify(layOut(character).strokes));
    expect(characters.filter((_, i) => forms[i] === missing)).toEqual([]);
    expect(new Set(forms).size).toBe(characters.length);
  });

  it('makes numbers of the same length equally wide', () => {
    expect(layOut('111').width).toBe(layOut('808').width);
  });
});
