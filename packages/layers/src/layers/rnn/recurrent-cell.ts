import { ops, type PartialShape, random, SeedGenerator, type Tensor, type TensorLike } from '@capas/core';
import type { InitializerIdentifier } from '../../initializers/index.ts';
import { Layer } from '../../layer.ts';
import type { CallOptions, Resolved } from '../../layer-config.ts';
import type { Weight } from '../../weight.ts';
import type { CellConfig, cellDefaults } from './cell-config.ts';

/** What input and state are multiplied by: one mask for all gates, or one for each; `undefined` where nothing is dropped. */
interface DropoutMasks {
  readonly input: readonly Tensor[] | undefined;
  readonly state: readonly Tensor[] | undefined;
}

/** How a cell drops. */
interface Dropping {
  /** The number of masks for the input, and for the state. */
  readonly masks: number;
  /** Whether a rate of 1 drops everything; Keras's gated cells drop nothing then. */
  readonly all?: boolean;
}

/**
 * The base of the cells with a kernel for the input and one for the state. While training they drop elements of both,
 * the same ones in each step of a sequence.
 *
 * @see Keras 3, `keras/src/layers/rnn/dropout_rnn_cell.py`
 */
export abstract class RecurrentCell<
  Config extends Resolved<CellConfig, typeof cellDefaults> = Resolved<CellConfig, typeof cellDefaults>,
> extends Layer<Config> {
  kernel!: Weight;
  recurrentKernel!: Weight;
  bias: Weight | undefined;
  readonly #seeds: SeedGenerator | undefined;
  readonly #dropping: Dropping;
  /** The masks of the sequence that is worked on: `'wanted'` until its first step has drawn them. */
  #held: DropoutMasks | 'wanted' | undefined;

  constructor(config: Config, dropping: Dropping) {
    super({ ...config, dropout: clamp(config.dropout), recurrentDropout: clamp(config.recurrentDropout) });
    this.#dropping = dropping;
    if (this.dropsOut) this.#seeds = new SeedGenerator(config.seed ?? undefined);
  }

  /** Whether it drops anything while training. */
  get dropsOut(): boolean {
    return this.#drops(this.config.dropout) || this.#drops(this.config.recurrentDropout);
  }

  /** Runs `sequence` with the masks that its first step draws. */
  holdMasks<T>(sequence: () => T): T {
    this.#held = 'wanted';
    try {
      return sequence();
    } finally {
      this.#held = undefined;
    }
  }

  override dispose(): void {
    this.#seeds?.dispose();
    super.dispose();
  }

  /** Makes the weights. */
  protected addWeights(
    kernel: PartialShape,
    recurrentKernel: PartialShape,
    bias: PartialShape,
    biasInitializer: InitializerIdentifier = this.config.biasInitializer,
  ): void {
    const { config } = this;
    this.kernel = this.addWeight('kernel', kernel, config.kernelInitializer, {
      regularizer: config.kernelRegularizer,
      constraint: config.kernelConstraint,
    });
    this.recurrentKernel = this.addWeight('recurrent_kernel', recurrentKernel, config.recurrentInitializer, {
      regularizer: config.recurrentRegularizer,
      constraint: config.recurrentConstraint,
    });
    if (config.useBias) {
      this.bias = this.addWeight('bias', bias, biasInitializer, {
        regularizer: config.biasRegularizer,
        constraint: config.biasConstraint,
      });
    }
  }

  /** The masks for a step: those of the sequence, or new ones where the cell is called alone. */
  protected masksFor(input: Tensor, state: Tensor, { training }: CallOptions): DropoutMasks {
    if (!training || !this.dropsOut) return { input: undefined, state: undefined };
    if (this.#held && this.#held !== 'wanted') return this.#held;
    const masks = {
      input: this.#draw(input, this.config.dropout),
      state: this.#draw(state, this.config.recurrentDropout),
    };
    if (this.#held) this.#held = masks;
    return masks;
  }

  #drops(rate: number): boolean {
    return rate > 0 && (rate < 1 || this.#dropping.all === true);
  }

  #draw(like: Tensor, rate: number): readonly Tensor[] | undefined {
    if (!this.#drops(rate)) return undefined;
    const ones = ops.ones(like.shape);
    return Array.from({ length: this.#dropping.masks }, () => random.dropout(ones, rate, { seed: this.#seeds! }));
  }
}

/** `product(x, kernel)`, `x` times the masks: one for all, or one for each part of the kernel, whose products are joined. */
export function project(
  x: Tensor,
  kernel: TensorLike,
  masks: readonly Tensor[] | undefined,
  product: (x: Tensor, kernel: TensorLike) => Tensor = ops.matmul,
  axis = -1,
): Tensor {
  if (!masks) return product(x, kernel);
  if (masks.length === 1) return product(ops.multiply(x, masks[0]!), kernel);
  const kernels = ops.split(kernel, masks.length, { axis: -1 });
  return ops.concatenate(
    kernels.map((part, gate) => product(ops.multiply(x, masks[gate]!), part)),
    { axis },
  );
}

/** The nearest number from 0 to 1. */
const clamp = (rate: number): number => Math.min(1, Math.max(0, rate));
