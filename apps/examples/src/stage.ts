import type { HostArray, Tensor } from '@capas/core';
import type { DataSet, Samples } from '@capas/datasets';
import type { Callback, Logs } from '@capas/layers';

/** An example: trains a model on the stage that the runner sets and returns loss and accuracy on the test data. */
export type Program = (stage: Stage) => Promise<Logs>;

/** What the runner hands to a program, so that the program itself is only about its model. */
export interface Stage {
  /** `--epochs`; the program has its own number where it is not given. */
  readonly epochs?: number | undefined;
  /** Keeps the first samples of both parts of a data set, as many as `--limit` says. */
  limit<D extends DataSet<Sliceable>>(data: D): D;
  /** A callback that notes the logs and the time of each epoch, for the training curves and the report. */
  readonly watch: Callback;
  /** Draws pictures into the folder `--out`. */
  readonly show: Show;
}

/** What samples are kept in: an array, or a list of sequences. */
export interface Sliceable {
  slice(start: number, stop: number): this | Sliceable;
}

/** The pictures of a program. */
export interface Show {
  /**
   * A sheet of images, each with the class that got the highest score; mistakes are marked.
   *
   * `scores` has a row for each image, `[n, classes]`; more images than rows are left out.
   */
  predictions(samples: Samples, scores: Tensor, classNames?: readonly string[]): Promise<void>;
  /** Images above what a model made of them, both `[n, 784]` with values 0 … 1. */
  reconstructions(originals: HostArray, reconstructed: Tensor): Promise<void>;
  /** A text file. */
  text(fileName: string, text: string): Promise<void>;
}
