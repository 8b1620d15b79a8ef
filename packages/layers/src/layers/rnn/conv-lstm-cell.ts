import {
  ArgumentError,
  isChannelsFirst,
  ops,
  type PartialShape,
  requirePositiveInteger,
  ShapeError,
  showShape,
  type Tensor,
  type TensorLike,
} from '@capas/core';
import { type Activation, type ActivationIdentifier, getActivation } from '../../activations/index.ts';
import type { CallOptions, Resolved, Shapes } from '../../layer-config.ts';
import { type WindowConfig, windowDefaults } from '../convolution/convolution-layer.ts';
import { requireOneStep } from '../convolution/require-one-step.ts';
import { paddingOf, spatialList, windowCount } from '../window.ts';
import { type CellConfig, cellDefaults } from './cell-config.ts';
import { lstmStep } from './lstm-step.ts';
import { project, RecurrentCell } from './recurrent-cell.ts';
import { firstShape, type RNNCell } from './rnn-cell.ts';
import { unitForgetBias } from './unit-forget-bias.ts';

/** Options of a convolutional LSTM that are those of its cell. */
export interface ConvLSTMOptions extends CellConfig, Omit<WindowConfig, keyof CellConfig> {
  /** The number of channels of the states and the output. */
  readonly filters: number;
  /** Applied to the gates; `null`: nothing. @defaultValue `'sigmoid'` */
  readonly recurrentActivation?: ActivationIdentifier | null;
  /** Whether the bias of the gate that forgets starts at 1. @defaultValue `true` */
  readonly unitForgetBias?: boolean;
}

/** Options of {@link ConvLSTMCell}. */
export interface ConvLSTMCellConfig extends ConvLSTMOptions {
  /** The number of spatial axes: 1, 2 or 3. */
  readonly rank: number;
}

/** Keras's defaults of the options that it has beside those of other cells and convolutions. */
export const convLstmDefaults = { recurrentActivation: 'sigmoid', unitForgetBias: true } as const;

/**
 * One step of a convolutional LSTM: {@link LSTMCell} with `z = conv(x, kernel) + bias + conv(h, recurrentKernel)`, where the
 * convolution of the state keeps its size.
 *
 * Shapes, channels last: `[x, h, c]` of `[batch, …spatial, channels]` and twice `[batch, …newSpatial, filters]` → `[h', h', c']`.
 * Weights: `kernel [...kernelSize, channels, 4 filters]`, `recurrent_kernel [...kernelSize, filters, 4 filters]`, `bias [4 filters]`.
 *
 * @throws ArgumentError if strides and dilation are both above 1. ShapeError if a spatial axis is not known when it is built.
 * @see Keras 3, `keras/src/layers/rnn/conv_lstm.py`; Shi et al. 2015, https://arxiv.org/abs/1506.04214
 */
export class ConvLSTMCell
  extends RecurrentCell<
    Resolved<ConvLSTMCellConfig, typeof cellDefaults & typeof windowDefaults & typeof convLstmDefaults>
  >
  implements RNNCell
{
  static override readonly className = 'ConvLSTMCell';
  readonly stateSize: readonly number[];
  readonly outputSize: number;
  readonly #isChannelsFirst: boolean;
  readonly #window: {
    readonly kernelSize: readonly number[];
    readonly strides: readonly number[];
    readonly dilationRate: readonly number[];
    readonly padding: 'valid' | 'same';
  };
  readonly #activation: Activation;
  readonly #recurrentActivation: Activation;
  /** The shape of an input without the batch axis. */
  #sample: PartialShape | undefined;

  constructor(config: ConvLSTMCellConfig) {
    const resolved = { ...cellDefaults, ...windowDefaults, ...convLstmDefaults, ...config };
    const { rank, filters } = config;
    super(resolved, { masks: 4 });
    const who = 'ConvLSTMCell';
    if (![1, 2, 3].includes(rank)) throw new ArgumentError(who, 'rank', '1, 2 or 3', rank);
    requirePositiveInteger(who, 'filters', filters);
    this.#window = {
      kernelSize: spatialList(who, 'kernelSize', config.kernelSize, rank),
      strides: spatialList(who, 'strides', resolved.strides, rank),
      dilationRate: spatialList(who, 'dilationRate', resolved.dilationRate, rank),
      padding: paddingOf(who, resolved.padding),
    };
    requireOneStep(who, this.#window, resolved.strides);
    this.stateSize = [filters, filters];
    this.outputSize = filters;
    this.#isChannelsFirst = isChannelsFirst(who, config.dataFormat);
    this.#activation = getActivation(resolved.activation);
    this.#recurrentActivation = getActivation(resolved.recurrentActivation);
  }

  override build(inputShape: Shapes): void {
    const { filters, biasInitializer, unitForgetBias: forgets } = this.config;
    const { kernelSize } = this.#window;
    const [, ...sample] = firstShape(inputShape);
    if (this.#spatial(firstShape(inputShape)).includes(null)) {
      throw new ShapeError(
        `Layer '${this.name}': the spatial axes of the input must be known when it is built. Received: ${showShape(firstShape(inputShape))}.`,
      );
    }
    this.#sample = sample;
    const channels = sample.at(this.#isChannelsFirst ? 0 : -1)!;
    this.addWeights(
      [...kernelSize, channels, 4 * filters],
      [...kernelSize, filters, 4 * filters],
      [4 * filters],
      forgets ? unitForgetBias(filters, biasInitializer) : biasInitializer,
    );
  }

  override call([x, h, c]: readonly Tensor[], options: CallOptions): Tensor[] {
    const masks = this.masksFor(x!, h!, options);
    const axis = this.#isChannelsFirst ? 1 : -1;
    const dataFormat = this.#isChannelsFirst ? 'channelsFirst' : 'channelsLast';
    const fromInput = (value: Tensor, kernel: TensorLike): Tensor =>
      ops.conv(value, kernel, { ...this.#window, dataFormat });
    const fromState = (value: Tensor, kernel: TensorLike): Tensor =>
      ops.conv(value, kernel, { padding: 'same', dataFormat });
    const input = this.#plusBias(project(x!, this.kernel, masks.input, fromInput, axis));
    const sum = ops.add(input, project(h!, this.recurrentKernel, masks.state, fromState, axis));
    return lstmStep(ops.split(sum, 4, { axis }), c!, this.#activation, this.#recurrentActivation);
  }

  getInitialState(batchSize: number): readonly Tensor[] {
    const [, ...states] = this.stepShapes([batchSize, ...this.#sample!]);
    return states.map((shape) => ops.zeros(shape as number[]));
  }

  stepShapes(inputShape: PartialShape): readonly PartialShape[] {
    const { kernelSize, strides, dilationRate, padding } = this.#window;
    const spatial = this.#spatial(inputShape).map((length, i) =>
      windowCount(`Layer '${this.name}'`, length, {
        size: kernelSize[i]!,
        stride: strides[i]!,
        dilation: dilationRate[i]!,
        padding,
      }),
    );
    const { filters } = this.config;
    const shape = [inputShape[0]!, ...(this.#isChannelsFirst ? [filters, ...spatial] : [...spatial, filters])];
    return [shape, shape, shape];
  }

  override computeOutputShape(inputShape: Shapes): readonly PartialShape[] {
    return this.stepShapes(firstShape(inputShape));
  }

  #spatial(inputShape: PartialShape): PartialShape {
    return this.#isChannelsFirst ? inputShape.slice(2) : inputShape.slice(1, -1);
  }

  #plusBias(product: Tensor): Tensor {
    if (!this.bias) return product;
    const bias = this.#isChannelsFirst
      ? ops.reshape(this.bias, [1, -1, ...product.shape.slice(2).map(() => 1)])
      : this.bias;
    return ops.add(product, bias);
  }
}

/** Short for `new ConvLSTMCell(config)`. */
export const convLstmCell = (config: ConvLSTMCellConfig): ConvLSTMCell => new ConvLSTMCell(config);
