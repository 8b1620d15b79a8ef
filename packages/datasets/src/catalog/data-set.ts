import type { HostArray } from '@capas/core';

/** Samples and their labels. */
export interface Samples<X = HostArray> {
  readonly x: X;
  readonly y: HostArray;
}

/** A data set in its two parts. `X` is what holds the samples: images in one array, texts in a list of sequences. */
export interface DataSet<X = HostArray> {
  readonly train: Samples<X>;
  readonly test: Samples<X>;
}
