import {
  ops,
  type PartialShape,
  type Shape,
  ShapeError,
  showShape,
  type Tensor,
  type TensorLike,
  Variable,
  withOrigin,
} from '@capas/core';
import { readBeforeLoop } from '../../autocast.ts';
import { Layer } from '../../layer.ts';
import type { Resolved, Shapes } from '../../layer-config.ts';
import type { Masks } from '../../masking.ts';
import { currentPath } from '../../naming.ts';
import type { Structure } from '../../structure.ts';
import type { SymbolicTensor } from '../../symbolic-tensor.ts';
import { holdingMasks } from './held-masks.ts';
import { type Recurred, recur, stepAt } from './recur.ts';
import type { RecurrentConfig, recurrentDefaults } from './recurrent-config.ts';
import {
  firstMask,
  type InitialState,
  type RecurrentCallOptions,
  requireMask,
  requireStates,
  splitInputs,
} from './recurrent-inputs.ts';
import { firstShape, initialStatesOf, type RNNCell, stepShapesOf } from './rnn-cell.ts';

/**
 * The base of the recurrent layers: it runs a cell along the time axis.
 *
 * Shapes: inputs `[batch, steps, …]` → output `[batch, …]`, or `[batch, steps, …]` with `returnSequences`; with `returnState` a
 * list of it and the last states. Called on a list, all but the first are initial states.
 *
 * @throws ShapeError if there is no step, or a state, a mask or the batch of a stateful layer has another shape.
 * @see Keras 3, `keras/src/layers/rnn/rnn.py`
 */
export abstract class RecurrentLayer<
  Config extends Resolved<RecurrentConfig, typeof recurrentDefaults> = Resolved<
    RecurrentConfig,
    typeof recurrentDefaults
  >,
> extends Layer<Config, RecurrentCallOptions> {
  readonly cell: RNNCell;
  /** As the option; `Bidirectional` sets it. */
  zeroOutputForMask: boolean;
  #states: readonly Variable[] | undefined;

  constructor(config: Config, cell: RNNCell) {
    super(config);
    this.cell = cell;
    this.zeroOutputForMask = config.zeroOutputForMask;
    this.supportsMasking = true;
  }

  /** The states that a stateful layer keeps from batch to batch; `undefined` for others, and before it is built. */
  get states(): readonly Variable[] | undefined {
    return this.#states;
  }

  override build(inputShape: Shapes): void {
    const stepShape = stepShapeIn(firstShape(inputShape));
    const rank = stepShape.length + 1;
    this.cell.ensureBuilt(stepShape);
    // those that fix the rank fix the sizes behind the steps too
    if (this.inputSpec)
      this.inputSpec = { rank, axes: Object.fromEntries(stepShape.slice(1).map((size, i) => [i + 2, size!])) };
    if (this.config.stateful) this.#states = this.#makeStates(stepShape);
  }

  override apply(inputs: Structure<SymbolicTensor>, options?: RecurrentCallOptions): SymbolicTensor;
  override apply(inputs: Structure<TensorLike>, options?: RecurrentCallOptions): Tensor;
  override apply(inputs: unknown, options: RecurrentCallOptions = {}): unknown {
    const { sequences, ...rest } = splitInputs(inputs, options);
    return super.apply(sequences, rest);
  }

  override call(inputs: Tensor, options: RecurrentCallOptions): Tensor | readonly Tensor[] {
    const { cell, config } = this;
    const { training } = options;
    const who = `Layer '${this.name}'`;
    const sequences = ops.cast(inputs, 'float32');
    if (sequences.shape[1] === 0) {
      throw new ShapeError(`${who} needs at least one step. Received: input of shape ${showShape(inputs.shape)}.`);
    }
    const [outputShape, ...shapes] = stepShapesOf(cell, stepShapeIn(sequences.shape)) as Shape[];
    const mask = requireMask(who, options.mask, sequences);
    const states = this.#statesBefore(sequences.shape[0]!, shapes, options.initialState);
    const step = (x: Tensor, before: readonly Tensor[]): readonly Tensor[] =>
      withOrigin(cell.path, () => cell.callInDtype([x, ...before], { training })) as readonly Tensor[];
    readBeforeLoop(cell.weights);
    const run = (): Recurred =>
      recur({
        ...config,
        zeroOutputForMask: this.zeroOutputForMask,
        step,
        sequences,
        states,
        outputShape: outputShape!,
        mask,
      });
    const {
      output,
      states: last,
      losses,
    } = training ? holdingMasks(cell, () => step(stepAt(sequences, 1, 0), states), run) : run();
    for (const loss of losses) this.addLoss(loss);
    this.#states?.forEach((variable, i) => {
      variable.assign(last[i]!);
    });
    // an output that is a state too is a tensor of its own: who gets both may dispose of one
    return config.returnState ? [last.includes(output) ? output.clone() : output, ...last] : output;
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    const [batch, steps] = inputShape as PartialShape;
    const [output, ...states] = stepShapesOf(this.cell, stepShapeIn(inputShape as PartialShape));
    const shape = this.config.returnSequences ? [batch!, steps!, ...output!.slice(1)] : output!;
    return this.config.returnState ? [shape, ...states] : shape;
  }

  override computeMask(_inputs: Tensor | readonly Tensor[], mask: Masks): Masks {
    return this.config.returnSequences ? [firstMask(mask)] : undefined;
  }

  /** Sets the states that are kept from batch to batch to 0. */
  resetState(): void {
    for (const state of this.#states ?? []) state.assign(ops.zeros(state.shape));
  }

  /** The same as {@link resetState}, under tfjs's name. */
  resetStates(): void {
    this.resetState();
  }

  override dispose(): void {
    for (const state of this.#states ?? []) state.dispose();
    super.dispose();
  }

  #makeStates(stepShape: PartialShape): readonly Variable[] {
    const [batch] = stepShape;
    if (batch === null) {
      throw new ShapeError(
        `Layer '${this.name}' is stateful: the batch size must be known when it is built. Give the model \`input({ batchShape: [batchSize, steps, …] })\`, or the first layer a \`batchInputShape\`.`,
      );
    }
    return stepShapesOf(this.cell, stepShape)
      .slice(1)
      .map(
        (shape, i) =>
          new Variable({
            name: 'rnn_state',
            path: currentPath('rnn_state'),
            shape: shape as Shape,
            trainable: false,
            initializer: () => initialStatesOf(this.cell, batch!)[i]!,
          }),
      );
  }

  #statesBefore(batch: number, shapes: readonly Shape[], given: InitialState | null | undefined): readonly Tensor[] {
    const kept = this.#states;
    if (kept?.[0] && kept[0].shape[0] !== batch) {
      throw new ShapeError(
        `Layer '${this.name}' is stateful and keeps the states of ${kept[0].shape[0]} samples: every batch must have as many. Received: ${batch}.`,
      );
    }
    if (given !== undefined && given !== null) return requireStates(`Layer '${this.name}'`, given, shapes);
    return kept ? kept.map(({ value }) => value) : initialStatesOf(this.cell, batch);
  }
}

/** The shape of one step. */
const stepShapeIn = ([batch, , ...rest]: PartialShape): PartialShape => [batch!, ...rest];
