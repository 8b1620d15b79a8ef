import { expect, it } from 'vitest';
import { printedCurve, printedGallery } from './terminal.ts';

/** Ink in the upper left quarter. */
const picture = {
  data: Array.from({ length: 28 * 28 }, (_, i) => (i < 14 * 28 && i % 28 < 14 ? 255 : 0)),
  shape: [28, 28],
};
const judged = [
  { picture, prediction: '7', truth: '7' },
  { picture, prediction: '4', truth: '9' },
];

it('prints pictures as half blocks, two rows of pixels in a line, with predictions below', () => {
  const lines = printedGallery(judged, true).split('\n');
  const upper = `${'█'.repeat(7)}${' '.repeat(7)}`;
  const middle = `${'▀'.repeat(7)}${' '.repeat(7)}`;
  expect(lines.slice(0, 4)).toEqual([...Array(3).fill(`${upper} ${upper}`), `${middle} ${middle}`]);
  expect(lines.at(-1)).toMatch(/^ +7 ✓ +4 ✗ is 9$/);
  expect(lines).toHaveLength(8);
});

it('prints greys and colours where they work', () => {
  const text = printedGallery(judged, false);
  expect(text).toContain('\x1b[38;5;255;48;5;255m▀');
  expect(text).toContain('\x1b[38;5;232;48;5;232m▀');
  expect(text).toContain('\x1b[31m   4 ✗ is 9   \x1b[0m');
});

it('prints a bar for the loss of each epoch', () => {
  const lines = printedCurve([{ loss: 0.4, accuracy: 0.9 }, { loss: 0.1 }]).split('\n');
  expect(lines[0]).toBe(`epoch  1  loss 0.4000 ${'█'.repeat(28)}  accuracy 0.9000`);
  expect(lines[1]).toBe(`epoch  2  loss 0.1000 ${'█'.repeat(7)}${' '.repeat(21)}`);
});
