import { join } from 'node:path';
import { HostArray, type Tensor } from '@capas/core';
import type { Samples } from '@capas/datasets';
import type { Picture } from './pictures/canvas.ts';
import { curves, type EpochValues } from './pictures/curves.ts';
import { gallery, type Judged } from './pictures/gallery.ts';
import { pairs } from './pictures/pairs.ts';
import { printedCurve, printedGallery } from './pictures/terminal.ts';
import { writeWhole } from './report.ts';
import type { Show } from './stage.ts';

const PRINTED = 10;
const PAIRS = 10;
const PIXELS = [28, 28] as const;

/** Draws the pictures of a run, into files and, the small ones, into the terminal. */
export class Album implements Show {
  readonly #folder: string;
  readonly #title: string;
  readonly #files: string[] = [];

  constructor(folder: string, title: string) {
    this.#folder = folder;
    this.#title = title;
  }

  /** The files that were written. */
  get files(): readonly string[] {
    return this.#files;
  }

  /** The values of the epochs as curves. */
  async curves(epochs: readonly EpochValues[]): Promise<void> {
    await this.#write('curves.png', curves(`${this.#title}: training`, epochs));
    console.log(`\n${printedCurve(epochs)}`);
  }

  async predictions(samples: Samples, scores: Tensor, classNames?: readonly string[]): Promise<void> {
    const [rows, classes] = scores.shape as [number, number];
    const values = await scores.data();
    const nameOf = (label: number): string => classNames?.[label] ?? String(label);
    const judged = Array.from({ length: rows }, (_, i): Judged => {
      const row = values.subarray(i * classes, (i + 1) * classes) as Float32Array;
      return {
        picture: pictureOf(samples.x.at(i)),
        prediction: nameOf(row.indexOf(Math.max(...row))),
        truth: nameOf(samples.y.get(i)),
      };
    });
    await this.#write('predictions.png', gallery(`${this.#title}: predictions for test images`, judged));
    if (classNames) return; // images in colours and words for classes do not fit a terminal
    console.log(`\n${printedGallery(judged.slice(0, PRINTED), !process.stdout.hasColors?.(256))}`);
  }

  async reconstructions(originals: HostArray, reconstructed: Tensor): Promise<void> {
    const values = new HostArray((await reconstructed.data()) as Float32Array, reconstructed.shape);
    const pictures = (images: HostArray): Picture[] => {
      return [
        ...images
          .slice(0, PAIRS)
          .mul(255)
          .reshape([-1, ...PIXELS]),
      ].map(pictureOf);
    };
    await this.#write(
      'reconstructions.png',
      pairs(
        `${this.#title}: test images through the code of 32 numbers`,
        { heading: 'originals', pictures: pictures(originals) },
        { heading: 'reconstructions', pictures: pictures(values) },
      ),
    );
  }

  text(fileName: string, text: string): Promise<void> {
    return this.#write(fileName, text);
  }

  async #write(name: string, content: string | Uint8Array): Promise<void> {
    const path = join(this.#folder, name);
    await writeWhole(path, content);
    this.#files.push(path);
  }
}

/** An image of a data set, whose data are numbers. */
const pictureOf = ({ data, shape }: HostArray): Picture => ({ data: data as ArrayLike<number>, shape });
