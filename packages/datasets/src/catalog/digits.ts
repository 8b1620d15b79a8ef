import { requireInteger, requirePositiveInteger } from '@capas/core';
import { generateDigits } from '../digits/generate.ts';
import type { DataSet } from './data-set.ts';

/** Options of {@link load}. */
export interface DigitsOptions {
  /** Default: 10,000. */
  readonly trainCount?: number;
  /** Default: 2,000. */
  readonly testCount?: number;
  /** Other seeds give other digits. Default: 1. */
  readonly seed?: number;
}

/** Where the samples for testing start, beyond any number of samples for training. */
const FIRST_TEST = 0x8000_0000;

/**
 * Embedded digits: handwritten-like digits 0 … 9, drawn by this package in a few seconds, in the layout of MNIST:
 * `train.x` is uint8 `[10000, 28, 28]`, 0 (paper) to 255 (ink), `train.y` uint8 `[10000]`; `test` has 2,000. They need
 * no file and no network. The same seed gives the same pixels on every machine.
 *
 * Each digit is a curve through the points of one of several hands, missed a little, distorted elastically, leaned,
 * turned and stretched, then drawn with a pen of its own width and ink.
 */
export async function load(options: DigitsOptions = {}): Promise<DataSet> {
  const { trainCount = 10_000, testCount = 2_000, seed = 1 } = options;
  requirePositiveInteger('digits.load', 'trainCount', trainCount);
  requirePositiveInteger('digits.load', 'testCount', testCount);
  requireInteger('digits.load', 'seed', seed, 0);
  return { train: generateDigits(trainCount, seed, 0), test: generateDigits(testCount, seed, FIRST_TEST) };
}
