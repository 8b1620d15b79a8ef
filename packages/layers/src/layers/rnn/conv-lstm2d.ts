import { ConvLSTM, type ConvLSTMConfig } from './conv-lstm.ts';

/**
 * A convolutional LSTM over 2 spatial axes: it sees a sequence of images, and its states are images too.
 *
 * Shapes, channels last: inputs `[batch, steps, rows, columns, channels]` → output `[batch, newRows, newColumns, filters]`, with
 * `returnSequences` for each step.
 *
 * @see Keras 3, `keras/src/layers/rnn/conv_lstm2d.py`
 * @example
 * new ConvLSTM2D({ filters: 4, kernelSize: 2 }).apply(ops.ones([2, 3, 8, 8, 1])).shape; // [2, 7, 7, 4]
 */
export class ConvLSTM2D extends ConvLSTM {
  static override readonly className = 'ConvLSTM2D';

  constructor(config: ConvLSTMConfig) {
    super(2, config);
  }
}

/** Short for `new ConvLSTM2D(config)`. */
export const convLstm2d = (config: ConvLSTMConfig): ConvLSTM2D => new ConvLSTM2D(config);
