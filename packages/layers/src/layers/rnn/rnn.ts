import { ArgumentError } from '@capas/core';
import type { Resolved } from '../../layer-config.ts';
import { type RecurrentConfig, recurrentDefaults } from './recurrent-config.ts';
import { RecurrentLayer } from './recurrent-layer.ts';
import { isRnnCell, type RNNCell } from './rnn-cell.ts';
import { StackedRNNCells } from './stacked-rnn-cells.ts';

/** Options of {@link RNN}. */
export interface RNNConfig extends RecurrentConfig {
  /** What is run in every step; a list is stacked. */
  readonly cell: RNNCell | readonly RNNCell[];
}

/**
 * A recurrent layer of any cell.
 *
 * Shapes: inputs `[batch, steps, …]` → output `[batch, outputSize]`, or `[batch, steps, outputSize]` with `returnSequences`.
 * Weights: those of the cell.
 *
 * @throws ArgumentError if `cell` is no layer with a `stateSize`.
 * @see Keras 3, `keras/src/layers/rnn/rnn.py`
 * @example
 * new RNN({ cell: [lstmCell({ units: 8 }), lstmCell({ units: 4 })] }).apply(ops.ones([2, 5, 3])).shape; // [2, 4]
 */
export class RNN extends RecurrentLayer<Resolved<RNNConfig, typeof recurrentDefaults>> {
  static override readonly className = 'RNN';

  constructor(config: RNNConfig) {
    const cell = cellOf(config.cell);
    super({ ...recurrentDefaults, ...config, cell }, cell);
  }
}

/** Short for `new RNN(config)`. */
export const rnn = (config: RNNConfig): RNN => new RNN(config);

function cellOf(given: RNNConfig['cell']): RNNCell {
  const cell = Array.isArray(given) ? new StackedRNNCells({ cells: given }) : given;
  if (!isRnnCell(cell)) throw new ArgumentError('RNN', 'cell', 'a layer with a `stateSize`, or a list of them', given);
  return cell;
}
