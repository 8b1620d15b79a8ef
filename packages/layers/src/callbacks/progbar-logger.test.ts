import { ArgumentError } from '@capas/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ProgbarLogger, shownVerbose } from './progbar-logger.ts';

const clock = { now: 0 };
beforeEach(() => {
  clock.now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => clock.now);
});
afterEach(() => vi.restoreAllMocks());

/** A logger of a run, and what it wrote. */
function logger(verbose: 1 | 2, epochs: number, steps: number): { bar: ProgbarLogger; written: string[] } {
  const written: string[] = [];
  const bar = new ProgbarLogger(verbose, (text) => written.push(text));
  bar.setParams({ epochs, steps, batchSize: 32, samples: steps * 32, verbose });
  return { bar, written };
}

/** The text without the codes for bold and colours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these codes start with the escape character
const plain = (text: string): string => text.replaceAll(/\x1b\[\d*[mK]/g, '');

describe('where the number of steps is known at the end', () => {
  test('the bar counts', () => {
    const { bar, written } = logger(1, 1, Number.POSITIVE_INFINITY);
    bar.onEpochBegin(0);
    clock.now = 2000;
    bar.onProgress(3, { loss: 1 });
    expect(plain(written[0]!)).toBe('\r4/Unknown 2s 500ms/step - loss: 1.0000');
    bar.setParams({ ...bar.params, steps: 5 });
    bar.onEpochEnd(0, { loss: 0.5 });
    expect(plain(written[1]!)).toContain('5/5 ━━━');
  });

  test('the line has it', () => {
    const { bar, written } = logger(2, 1, Number.POSITIVE_INFINITY);
    bar.onTestBegin();
    clock.now = 1000;
    bar.setParams({ ...bar.params, steps: 4 });
    bar.onTestEnd({ loss: 0.5 });
    expect(written).toEqual(['4/4 - 1s - 250ms/step - loss: 0.5000\n']);
  });
});

describe('a line per epoch', () => {
  test('has steps, seconds, time per step and logs', () => {
    const { bar, written } = logger(2, 2, 250);
    bar.onEpochBegin(0);
    bar.onProgress(10, { loss: 1 });
    clock.now = 1500;
    bar.onEpochEnd(0, { accuracy: 0.97254, loss: 0.00012345, val_loss: 12.5 });
    expect(written).toEqual([
      'Epoch 1/2\n',
      '250/250 - 2s - 6ms/step - accuracy: 0.9725 - loss: 1.2345e-04 - val_loss: 12.5000\n',
    ]);
  });

  test('without the epoch where there is one only', () => {
    const { bar, written } = logger(2, 1, 2);
    bar.onEpochBegin(0);
    clock.now = 4100;
    bar.onEpochEnd(0, { loss: 0 });
    expect(written).toEqual(['2/2 - 4s - 2s/step - loss: 0.0000\n']);
  });

  test('says nothing of a validation within an epoch', () => {
    const { bar, written } = logger(2, 1, 1);
    bar.onEpochBegin(0);
    bar.onTestBegin();
    bar.onTestEnd({ loss: 5 });
    expect(written).toEqual([]);
  });

  test('of an evaluation', () => {
    const { bar, written } = logger(2, 1, 4);
    bar.onTestBegin();
    clock.now = 0.1;
    bar.onTestEnd({ loss: 0.5 });
    expect(written).toEqual(['4/4 - 0s - 25us/step - loss: 0.5000\n']);
  });
});

describe('a bar', () => {
  test('fills up, with the time that is left and then the time it took', () => {
    const { bar, written } = logger(1, 3, 40);
    bar.onEpochBegin(1);
    clock.now = 1000;
    bar.onProgress(9, { loss: 0.5 });
    clock.now = 4000;
    bar.onEpochEnd(1, { loss: 0.25 });
    expect(written.map(plain)).toEqual([
      'Epoch 2/3\n',
      `\r10/40 ${'━'.repeat(20)} 3s 100ms/step - loss: 0.5000`,
      `\r40/40 ${'━'.repeat(20)} 4s 100ms/step - loss: 0.2500\n`,
    ]);
    // a quarter of it is green
    expect(written[1]).toContain(`\x1b[32m${'━'.repeat(5)}\x1b[0m\x1b[37m${'━'.repeat(15)}\x1b[0m`);
    expect(written[1]).toContain('\x1b[1m10/40\x1b[0m');
    expect(written[1]!.endsWith('\x1b[K')).toBe(true);
  });

  test('counts in columns, and long times in minutes and hours', () => {
    const { bar, written } = logger(1, 1, 1000);
    bar.onEpochBegin(0);
    clock.now = 7000;
    bar.onProgress(6, { loss: 1 });
    clock.now = 10_000;
    bar.onProgress(0, { loss: 1 });
    clock.now = 200_000;
    bar.onProgress(499, { loss: 1 });
    expect(written.map((text) => plain(text).trim().replace(/━+ /, ''))).toEqual([
      '7/1000 16:33 1s/step - loss: 1.0000',
      '1/1000 2:46:30 10s/step - loss: 1.0000',
      '500/1000 3:20 400ms/step - loss: 1.0000',
    ]);
    expect(plain(written[0]!).startsWith('\r   7/1000 ')).toBe(true);
  });
});

describe('verbose', () => {
  test('0, 1, 2 and auto; without a terminal a bar becomes a line', () => {
    expect(process.stdout.isTTY).not.toBe(true); // a test has none
    expect([0, 1, 2, 'auto', undefined].map((verbose) => shownVerbose('fit', verbose))).toEqual([0, 2, 2, 2, 2]);
  });

  test('refuses anything else', () => {
    expect(() => shownVerbose('fit', true)).toThrow(new ArgumentError('fit', 'verbose', "0, 1, 2 or 'auto'", true));
  });
});
