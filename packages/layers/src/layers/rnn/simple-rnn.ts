import type { Resolved } from '../../layer-config.ts';
import { cellDefaults } from './cell-config.ts';
import { cellConfigOf, type RecurrentConfig, recurrentDefaults } from './recurrent-config.ts';
import { RecurrentLayer } from './recurrent-layer.ts';
import { SimpleRNNCell, type SimpleRNNCellConfig } from './simple-rnn-cell.ts';

/** Options of {@link SimpleRNN}. */
export interface SimpleRNNConfig extends SimpleRNNCellConfig, RecurrentConfig {}

/**
 * A fully connected recurrent layer: `h[t] = activation(x[t] · kernel + bias + h[t − 1] · recurrentKernel)`.
 *
 * Shapes: inputs `[batch, steps, inputDim]` → output `[batch, units]`, or `[batch, steps, units]` with `returnSequences`.
 * Weights: `kernel [inputDim, units]`, `recurrent_kernel [units, units]`, `bias [units]`.
 *
 * As all recurrent layers it applies its `activityRegularizer`, which Keras 3.15 leaves out here.
 *
 * @throws ArgumentError if `units` is not an integer above 0.
 * @see Keras 3, `keras/src/layers/rnn/simple_rnn.py`
 * @example
 * new SimpleRNN({ units: 4, returnSequences: true }).apply(ops.ones([2, 5, 3])).shape; // [2, 5, 4]
 */
export class SimpleRNN extends RecurrentLayer<
  Resolved<SimpleRNNConfig, typeof cellDefaults & typeof recurrentDefaults>
> {
  static override readonly className = 'SimpleRNN';

  constructor(config: SimpleRNNConfig) {
    super(
      { ...cellDefaults, ...recurrentDefaults, ...config },
      new SimpleRNNCell(cellConfigOf(config, 'simple_rnn_cell')),
    );
    this.inputSpec = { rank: 3 };
  }
}

/** Short for `new SimpleRNN(config)`. */
export const simpleRNN = (config: SimpleRNNConfig): SimpleRNN => new SimpleRNN(config);
