import { ArgumentError, type PartialShape, type Tensor, withOrigin } from '@capas/core';
import { Layer } from '../../layer.ts';
import type { CallOptions, LayerConfig, Shapes } from '../../layer-config.ts';
import {
  firstShape,
  initialStatesOf,
  isRnnCell,
  outputSizeOf,
  type RNNCell,
  type StateSize,
  stateSizes,
  stepShapesOf,
} from './rnn-cell.ts';

/** Options of {@link StackedRNNCells}. */
export interface StackedRNNCellsConfig extends LayerConfig {
  /** The cells, from the one that is given the input to the one that gives the output. */
  readonly cells: readonly RNNCell[];
}

/**
 * Cells one after the other as one cell: the output of each is the input of the next.
 *
 * Shapes: `[x, ...states]`, the states of the cells one after the other → `[output, ...nextStates]`.
 * Weights: those of the cells.
 *
 * @throws ArgumentError if `cells` is not a list of layers with a `stateSize`.
 * @see Keras 3, `keras/src/layers/rnn/stacked_rnn_cells.py`
 */
export class StackedRNNCells extends Layer<StackedRNNCellsConfig> implements RNNCell {
  static override readonly className = 'StackedRNNCells';
  readonly cells: readonly RNNCell[];

  constructor(config: StackedRNNCellsConfig) {
    super(config);
    const { cells } = config;
    if (!Array.isArray(cells) || cells.length === 0 || !cells.every(isRnnCell)) {
      throw new ArgumentError('StackedRNNCells', 'cells', 'a list of layers with a `stateSize`', cells);
    }
    this.cells = cells;
  }

  /** Those of the cells. */
  get stateSize(): StateSize {
    return this.cells.map(({ stateSize }) => stateSize);
  }

  /** That of the last cell. */
  get outputSize(): number {
    return outputSizeOf(this.cells.at(-1)!);
  }

  getInitialState(batchSize: number): readonly Tensor[] {
    return this.cells.flatMap((cell) => initialStatesOf(cell, batchSize));
  }

  stepShapes(inputShape: PartialShape): readonly PartialShape[] {
    let output = inputShape;
    const states = this.cells.flatMap((cell) => {
      const [next, ...shapes] = stepShapesOf(cell, output);
      output = next!;
      return shapes;
    });
    return [output, ...states];
  }

  override build(inputShape: Shapes): void {
    let shape = firstShape(inputShape);
    for (const cell of this.cells) {
      cell.ensureBuilt(shape);
      shape = stepShapesOf(cell, shape)[0]!;
    }
  }

  override call([x, ...states]: readonly Tensor[], { training }: CallOptions): Tensor[] {
    let output = x!;
    let place = 0;
    const next = this.cells.flatMap((cell) => {
      const count = stateSizes(cell.stateSize).length;
      const given = [output, ...states.slice(place, place + count)];
      const results = withOrigin(cell.path, () => cell.callInDtype(given, { training })) as readonly Tensor[];
      place += count;
      output = results[0]!;
      return results.slice(1);
    });
    return [output, ...next];
  }

  override computeOutputShape(inputShape: Shapes): readonly PartialShape[] {
    return this.stepShapes(firstShape(inputShape));
  }
}

/** Short for `new StackedRNNCells(config)`. */
export const stackedRNNCells = (config: StackedRNNCellsConfig): StackedRNNCells => new StackedRNNCells(config);
