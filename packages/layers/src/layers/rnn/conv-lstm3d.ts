import { ConvLSTM, type ConvLSTMConfig } from './conv-lstm.ts';

/**
 * A convolutional LSTM over 3 spatial axes: it sees a sequence of volumes, and its states are volumes too.
 *
 * Shapes, channels last: inputs `[batch, steps, planes, rows, columns, channels]` → output `[batch, newPlanes, newRows, newColumns, filters]`, with
 * `returnSequences` for each step.
 *
 * @see Keras 3, `keras/src/layers/rnn/conv_lstm3d.py`
 * @example
 * new ConvLSTM3D({ filters: 4, kernelSize: 2 }).apply(ops.ones([2, 3, 8, 8, 8, 1])).shape; // [2, 7, 7, 7, 4]
 */
export class ConvLSTM3D extends ConvLSTM {
  static override readonly className = 'ConvLSTM3D';

  constructor(config: ConvLSTMConfig) {
    super(3, config);
  }
}

/** Short for `new ConvLSTM3D(config)`. */
export const convLstm3d = (config: ConvLSTMConfig): ConvLSTM3D => new ConvLSTM3D(config);
