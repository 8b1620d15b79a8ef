import { ConvLSTM, type ConvLSTMConfig } from './conv-lstm.ts';

/**
 * A convolutional LSTM over 1 spatial axis: it sees a sequence of signals, and its states are signals too.
 *
 * Shapes, channels last: inputs `[batch, steps, length, channels]` → output `[batch, newLength, filters]`, with
 * `returnSequences` for each step.
 *
 * @see Keras 3, `keras/src/layers/rnn/conv_lstm1d.py`
 * @example
 * new ConvLSTM1D({ filters: 4, kernelSize: 2 }).apply(ops.ones([2, 3, 8, 1])).shape; // [2, 7, 4]
 */
export class ConvLSTM1D extends ConvLSTM {
  static override readonly className = 'ConvLSTM1D';

  constructor(config: ConvLSTMConfig) {
    super(1, config);
  }
}

/** Short for `new ConvLSTM1D(config)`. */
export const convLstm1d = (config: ConvLSTMConfig): ConvLSTM1D => new ConvLSTM1D(config);
