import type { Resolved } from '../../layer-config.ts';
import { windowDefaults } from '../convolution/convolution-layer.ts';
import { cellDefaults } from './cell-config.ts';
import { ConvLSTMCell, type ConvLSTMOptions, convLstmDefaults } from './conv-lstm-cell.ts';
import { cellConfigOf, type RecurrentConfig, recurrentDefaults } from './recurrent-config.ts';
import { RecurrentLayer } from './recurrent-layer.ts';

/** Options of the convolutional LSTM layers. */
export interface ConvLSTMConfig extends ConvLSTMOptions, RecurrentConfig {}

/**
 * The convolutional LSTM in any number of spatial dimensions; {@link ConvLSTMCell} has the formulas and weights.
 *
 * @see Keras 3, `keras/src/layers/rnn/conv_lstm.py`
 */
export abstract class ConvLSTM extends RecurrentLayer<
  Resolved<
    ConvLSTMConfig,
    typeof cellDefaults & typeof windowDefaults & typeof convLstmDefaults & typeof recurrentDefaults
  >
> {
  constructor(rank: number, config: ConvLSTMConfig) {
    super(
      { ...cellDefaults, ...windowDefaults, ...convLstmDefaults, ...recurrentDefaults, ...config },
      new ConvLSTMCell({ ...cellConfigOf(config, 'conv_lstm_cell'), rank }),
    );
    this.inputSpec = { rank: rank + 3 };
  }
}
