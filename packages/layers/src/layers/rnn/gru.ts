import type { Resolved } from '../../layer-config.ts';
import { cellDefaults, gateDefaults } from './cell-config.ts';
import { GRUCell, type GRUCellConfig, gruDefaults } from './gru-cell.ts';
import {
  type CudnnOption,
  cellConfigOf,
  type RecurrentConfig,
  recurrentDefaults,
  requireCudnn,
} from './recurrent-config.ts';
import { RecurrentLayer } from './recurrent-layer.ts';

/** Options of {@link GRU}. */
export interface GRUConfig extends GRUCellConfig, RecurrentConfig, CudnnOption {}

/**
 * Gated recurrent units; {@link GRUCell} has the formulas.
 *
 * Shapes: inputs `[batch, steps, inputDim]` → output `[batch, units]`, or `[batch, steps, units]` with `returnSequences`.
 * Weights: `kernel [inputDim, 3 units]`, `recurrent_kernel [units, 3 units]`, `bias [2, 3 units]` (`[3 units]` without
 * `resetAfter`).
 *
 * @throws ArgumentError if `units` is not an integer above 0.
 * @see Keras 3, `keras/src/layers/rnn/gru.py`
 * @example
 * new GRU({ units: 4, returnSequences: true }).apply(ops.ones([2, 5, 3])).shape; // [2, 5, 4]
 */
export class GRU extends RecurrentLayer<
  Resolved<GRUConfig, typeof cellDefaults & typeof gateDefaults & typeof gruDefaults & typeof recurrentDefaults>
> {
  static override readonly className = 'GRU';

  constructor(config: GRUConfig) {
    const { useCudnn, ...options } = config;
    requireCudnn('GRU', useCudnn);
    super(
      { ...cellDefaults, ...gateDefaults, ...gruDefaults, ...recurrentDefaults, ...options },
      new GRUCell(cellConfigOf(options, 'gru_cell')),
    );
    this.inputSpec = { rank: 3 };
  }
}

/** Short for `new GRU(config)`. */
export const gru = (config: GRUConfig): GRU => new GRU(config);
