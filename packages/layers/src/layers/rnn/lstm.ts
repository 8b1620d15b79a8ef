import type { Resolved } from '../../layer-config.ts';
import { cellDefaults, gateDefaults } from './cell-config.ts';
import { LSTMCell, type LSTMCellConfig, lstmDefaults } from './lstm-cell.ts';
import {
  type CudnnOption,
  cellConfigOf,
  type RecurrentConfig,
  recurrentDefaults,
  requireCudnn,
} from './recurrent-config.ts';
import { RecurrentLayer } from './recurrent-layer.ts';

/** Options of {@link LSTM}. */
export interface LSTMConfig extends LSTMCellConfig, RecurrentConfig, CudnnOption {}

/**
 * Long short-term memory; {@link LSTMCell} has the formulas. Its states are `h`, which is the output too, and `c`.
 *
 * Shapes: inputs `[batch, steps, inputDim]` → output `[batch, units]`, or `[batch, steps, units]` with `returnSequences`.
 * Weights: `kernel [inputDim, 4 units]`, `recurrent_kernel [units, 4 units]`, `bias [4 units]`.
 *
 * @throws ArgumentError if `units` is not an integer above 0.
 * @see Keras 3, `keras/src/layers/rnn/lstm.py`
 * @example
 * new LSTM({ units: 4, returnSequences: true }).apply(ops.ones([2, 5, 3])).shape; // [2, 5, 4]
 */
export class LSTM extends RecurrentLayer<
  Resolved<LSTMConfig, typeof cellDefaults & typeof gateDefaults & typeof lstmDefaults & typeof recurrentDefaults>
> {
  static override readonly className = 'LSTM';

  constructor(config: LSTMConfig) {
    const { useCudnn, ...options } = config;
    requireCudnn('LSTM', useCudnn);
    super(
      { ...cellDefaults, ...gateDefaults, ...lstmDefaults, ...recurrentDefaults, ...options },
      new LSTMCell(cellConfigOf(options, 'lstm_cell')),
    );
    this.inputSpec = { rank: 3 };
  }
}

/** Short for `new LSTM(config)`. */
export const lstm = (config: LSTMConfig): LSTM => new LSTM(config);
