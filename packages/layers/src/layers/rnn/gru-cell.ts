import { ops, type PartialShape, requirePositiveInteger, type Tensor, type TensorLike } from '@capas/core';
import { type Activation, getActivation } from '../../activations/index.ts';
import type { CallOptions, Resolved, Shapes } from '../../layer-config.ts';
import { cellDefaults, type GatedCellConfig, gateDefaults, hasMaskForEachGate } from './cell-config.ts';
import { project, RecurrentCell } from './recurrent-cell.ts';
import { firstShape, type RNNCell, stepShapesOf } from './rnn-cell.ts';

/** Options of {@link GRUCell}. */
export interface GRUCellConfig extends GatedCellConfig {
  /** Whether the reset gate acts on `h · recurrentKernel` rather than on `h`. @defaultValue `true` */
  readonly resetAfter?: boolean;
}

/** Keras's defaults of the options that it has beside those of other cells. */
export const gruDefaults = { resetAfter: true } as const;

/**
 * One step of a gated recurrent unit. With `x · kernel + bias₀` and `h · recurrentKernel + bias₁`, each split into three:
 *
 * `z = σ(x₀ + h₀)`, `r = σ(x₁ + h₁)`; `h' = z h + (1 − z) activation(x₂ + r h₂)`
 *
 * Without `resetAfter` there is one bias, for the input, and the last product is `(r h) · recurrentKernel₂`.
 *
 * Shapes: `[x, h]` of `[batch, inputDim]` and `[batch, units]` → `[h', h']`.
 * Weights: `kernel [inputDim, 3 units]`, `recurrent_kernel [units, 3 units]`, `bias [2, 3 units]` (`[3 units]`).
 *
 * @throws ArgumentError if `units` is not an integer above 0.
 * @see Keras 3, `keras/src/layers/rnn/gru.py`
 * @example
 * new RNN({ cell: new GRUCell({ units: 4 }) }).apply(ops.ones([2, 5, 3])).shape; // [2, 4]
 */
export class GRUCell
  extends RecurrentCell<Resolved<GRUCellConfig, typeof cellDefaults & typeof gateDefaults & typeof gruDefaults>>
  implements RNNCell
{
  static override readonly className = 'GRUCell';
  readonly stateSize: number;
  readonly outputSize: number;
  readonly #activation: Activation;
  readonly #recurrentActivation: Activation;

  constructor(config: GRUCellConfig) {
    const resolved = { ...cellDefaults, ...gateDefaults, ...gruDefaults, ...config };
    super(resolved, { masks: hasMaskForEachGate(resolved) ? 3 : 1 });
    requirePositiveInteger('GRUCell', 'units', config.units);
    this.stateSize = config.units;
    this.outputSize = config.units;
    this.#activation = getActivation(resolved.activation);
    this.#recurrentActivation = getActivation(resolved.recurrentActivation);
  }

  override build(inputShape: Shapes): void {
    const { units, resetAfter } = this.config;
    this.addWeights(
      [firstShape(inputShape).at(-1)!, 3 * units],
      [units, 3 * units],
      resetAfter ? [2, 3 * units] : [3 * units],
    );
  }

  override call([x, h]: readonly Tensor[], options: CallOptions): Tensor[] {
    const masks = this.masksFor(x!, h!, options);
    const [inputBias, stateBias] = this.#biases();
    const fromInput = ops.split(plus(project(x!, this.kernel, masks.input), inputBias), 3, { axis: -1 });
    return this.config.resetAfter
      ? this.#resetAfter(fromInput, h!, stateBias, masks.state)
      : this.#resetBefore(fromInput, h!, masks.state);
  }

  override computeOutputShape(inputShape: Shapes): readonly PartialShape[] {
    return stepShapesOf(this, firstShape(inputShape));
  }

  #resetAfter(
    x: readonly Tensor[],
    h: Tensor,
    bias: Tensor | undefined,
    masks: readonly Tensor[] | undefined,
  ): Tensor[] {
    const state = ops.split(plus(project(h, this.recurrentKernel, masks), bias), 3, { axis: -1 });
    const update = this.#recurrentActivation(ops.add(x[0]!, state[0]!));
    const reset = this.#recurrentActivation(ops.add(x[1]!, state[1]!));
    return this.#mix(h, update, ops.add(x[2]!, ops.multiply(reset, state[2]!)));
  }

  #resetBefore(x: readonly Tensor[], h: Tensor, masks: readonly Tensor[] | undefined): Tensor[] {
    const { units } = this.config;
    const [gates, candidate] = ops.split(this.recurrentKernel, [2 * units], { axis: -1 }) as [Tensor, Tensor];
    const forGates = masks && (masks.length === 1 ? masks : masks.slice(0, 2));
    const state = ops.split(project(h, gates, forGates), 2, { axis: -1 });
    const update = this.#recurrentActivation(ops.add(x[0]!, state[0]!));
    const reset = this.#recurrentActivation(ops.add(x[1]!, state[1]!));
    const kept = ops.multiply(reset, masks ? ops.multiply(h, masks.at(-1)!) : h);
    return this.#mix(h, update, ops.add(x[2]!, ops.matmul(kept, candidate)));
  }

  #mix(h: Tensor, update: Tensor, candidate: Tensor): Tensor[] {
    const fresh = ops.multiply(ops.subtract(1, update), this.#activation(candidate));
    const next = ops.add(ops.multiply(update, h), fresh);
    return [next, next];
  }

  /** The bias of the input's product, and that of the state's. */
  #biases(): readonly (Tensor | undefined)[] {
    if (!this.bias) return [];
    return this.config.resetAfter ? ops.unstack(this.bias) : [this.bias.value];
  }
}

/** Short for `new GRUCell(config)`. */
export const gruCell = (config: GRUCellConfig): GRUCell => new GRUCell(config);

const plus = (x: Tensor, bias: TensorLike | undefined): Tensor => (bias ? ops.add(x, bias) : x);
