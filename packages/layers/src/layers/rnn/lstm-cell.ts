import { ops, type PartialShape, requirePositiveInteger, type Tensor } from '@capas/core';
import { type Activation, getActivation } from '../../activations/index.ts';
import type { CallOptions, Resolved, Shapes } from '../../layer-config.ts';
import { cellDefaults, type GatedCellConfig, gateDefaults, hasMaskForEachGate } from './cell-config.ts';
import { lstmStep } from './lstm-step.ts';
import { project, RecurrentCell } from './recurrent-cell.ts';
import { firstShape, type RNNCell, stepShapesOf } from './rnn-cell.ts';
import { unitForgetBias } from './unit-forget-bias.ts';

/** Options of {@link LSTMCell}. */
export interface LSTMCellConfig extends GatedCellConfig {
  /** Whether the bias of the gate that forgets starts at 1. @defaultValue `true` */
  readonly unitForgetBias?: boolean;
}

/** Keras's defaults of the options that it has beside those of other cells. */
export const lstmDefaults = { unitForgetBias: true } as const;

/**
 * One step of a long short-term memory. With `z = x · kernel + h · recurrentKernel + bias`, split into four:
 *
 * `i = σ(z₀)`, `f = σ(z₁)`, `o = σ(z₃)`; `c' = f c + i activation(z₂)`; `h' = o activation(c')`
 *
 * Shapes: `[x, h, c]` of `[batch, inputDim]` and twice `[batch, units]` → `[h', h', c']`.
 * Weights: `kernel [inputDim, 4 units]`, `recurrent_kernel [units, 4 units]`, `bias [4 units]`.
 *
 * @throws ArgumentError if `units` is not an integer above 0.
 * @see Keras 3, `keras/src/layers/rnn/lstm.py`
 * @example
 * new RNN({ cell: new LSTMCell({ units: 4 }) }).apply(ops.ones([2, 5, 3])).shape; // [2, 4]
 */
export class LSTMCell
  extends RecurrentCell<Resolved<LSTMCellConfig, typeof cellDefaults & typeof gateDefaults & typeof lstmDefaults>>
  implements RNNCell
{
  static override readonly className = 'LSTMCell';
  readonly stateSize: readonly number[];
  readonly outputSize: number;
  readonly #activation: Activation;
  readonly #recurrentActivation: Activation;

  constructor(config: LSTMCellConfig) {
    const resolved = { ...cellDefaults, ...gateDefaults, ...lstmDefaults, ...config };
    super(resolved, { masks: hasMaskForEachGate(resolved) ? 4 : 1 });
    requirePositiveInteger('LSTMCell', 'units', config.units);
    this.stateSize = [config.units, config.units];
    this.outputSize = config.units;
    this.#activation = getActivation(resolved.activation);
    this.#recurrentActivation = getActivation(resolved.recurrentActivation);
  }

  override build(inputShape: Shapes): void {
    const { units, biasInitializer, unitForgetBias: forgets } = this.config;
    this.addWeights(
      [firstShape(inputShape).at(-1)!, 4 * units],
      [units, 4 * units],
      [4 * units],
      forgets ? unitForgetBias(units, biasInitializer) : biasInitializer,
    );
  }

  override call([x, h, c]: readonly Tensor[], options: CallOptions): Tensor[] {
    const masks = this.masksFor(x!, h!, options);
    const sum = ops.add(project(x!, this.kernel, masks.input), project(h!, this.recurrentKernel, masks.state));
    const gates = ops.split(this.bias ? ops.add(sum, this.bias) : sum, 4, { axis: -1 });
    return lstmStep(gates, c!, this.#activation, this.#recurrentActivation);
  }

  override computeOutputShape(inputShape: Shapes): readonly PartialShape[] {
    return stepShapesOf(this, firstShape(inputShape));
  }
}

/** Short for `new LSTMCell(config)`. */
export const lstmCell = (config: LSTMCellConfig): LSTMCell => new LSTMCell(config);
