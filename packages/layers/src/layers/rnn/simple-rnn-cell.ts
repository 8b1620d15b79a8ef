import { ops, type PartialShape, requirePositiveInteger, type Tensor } from '@capas/core';
import { type Activation, getActivation } from '../../activations/index.ts';
import type { CallOptions, Resolved, Shapes } from '../../layer-config.ts';
import { type CellConfig, cellDefaults } from './cell-config.ts';
import { project, RecurrentCell } from './recurrent-cell.ts';
import { firstShape, type RNNCell, stepShapesOf } from './rnn-cell.ts';

/** Options of {@link SimpleRNNCell}. */
export interface SimpleRNNCellConfig extends CellConfig {
  /** The size of the state and the output: an integer above 0. */
  readonly units: number;
}

/**
 * One step of a fully connected recurrent layer: `h' = activation(x · kernel + bias + h · recurrentKernel)`.
 *
 * Shapes: `[x, h]` of `[batch, inputDim]` and `[batch, units]` → `[h', h']`.
 * Weights: `kernel [inputDim, units]`, `recurrent_kernel [units, units]`, `bias [units]`.
 *
 * @throws ArgumentError if `units` is not an integer above 0.
 * @see Keras 3, `keras/src/layers/rnn/simple_rnn.py`
 * @example
 * new RNN({ cell: new SimpleRNNCell({ units: 4 }) }).apply(ops.ones([2, 5, 3])).shape; // [2, 4]
 */
export class SimpleRNNCell
  extends RecurrentCell<Resolved<SimpleRNNCellConfig, typeof cellDefaults>>
  implements RNNCell
{
  static override readonly className = 'SimpleRNNCell';
  readonly stateSize: number;
  readonly outputSize: number;
  readonly #activation: Activation;

  constructor(config: SimpleRNNCellConfig) {
    super({ ...cellDefaults, ...config }, { masks: 1, all: true });
    requirePositiveInteger('SimpleRNNCell', 'units', config.units);
    this.stateSize = config.units;
    this.outputSize = config.units;
    this.#activation = getActivation(this.config.activation);
  }

  override build(inputShape: Shapes): void {
    const { units } = this.config;
    this.addWeights([firstShape(inputShape).at(-1)!, units], [units, units], [units]);
  }

  override call([x, h]: readonly Tensor[], options: CallOptions): Tensor[] {
    const masks = this.masksFor(x!, h!, options);
    const product = project(x!, this.kernel, masks.input);
    const shifted = this.bias ? ops.add(product, this.bias) : product;
    const output = this.#activation(ops.add(shifted, project(h!, this.recurrentKernel, masks.state)));
    return [output, output];
  }

  override computeOutputShape(inputShape: Shapes): readonly PartialShape[] {
    return stepShapesOf(this, firstShape(inputShape));
  }
}

/** Short for `new SimpleRNNCell(config)`. */
export const simpleRNNCell = (config: SimpleRNNCellConfig): SimpleRNNCell => new SimpleRNNCell(config);
