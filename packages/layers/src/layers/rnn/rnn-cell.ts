import { ops, type PartialShape, type Tensor } from '@capas/core';
import { Layer } from '../../layer.ts';
import { isShapeList, type Shapes } from '../../layer-config.ts';

/** The number of units of each state: one, or a list; lists in it are those of stacked cells. */
export type StateSize = number | readonly StateSize[];

/**
 * What `RNN` runs in every step: a layer that is called on `[input, ...states]` and returns `[output, ...nextStates]`.
 *
 * Its `call` is written in `ops` alone: it becomes the body of a loop.
 *
 * @see Keras 3, `keras/src/layers/rnn/rnn.py`
 * @example
 * class MinimalCell extends Layer {
 *   static override readonly className = 'MinimalCell';
 *   readonly stateSize = 4;
 *   kernel!: Weight;
 *   override build([, inputDim]: PartialShape): void { this.kernel = this.addWeight('kernel', [inputDim!, 4]); }
 *   override call([x, state]: Tensor[]): Tensor[] {
 *     const output = ops.add(ops.matmul(x!, this.kernel), state!);
 *     return [output, output];
 *   }
 * }
 */
export interface RNNCell extends Layer {
  readonly stateSize: StateSize;
  /** The size of the output's last axis. @defaultValue that of the first state */
  readonly outputSize?: number | undefined;
  /** The states before the first step, one or a list. @defaultValue zeros `[batch, size]` */
  getInitialState?(batchSize: number): Tensor | readonly Tensor[];
  /** The shapes of the output and of the states, where they are not `[batch, size]`. */
  stepShapes?(inputShape: PartialShape): readonly PartialShape[];
}

/** Whether a value can be run by `RNN`. */
export const isRnnCell = (value: unknown): value is RNNCell => value instanceof Layer && 'stateSize' in value;

/** The sizes of all states of a cell, those of stacked cells one after the other. */
export const stateSizes = (size: StateSize): number[] =>
  typeof size === 'number' ? [size] : size.flatMap((inner) => stateSizes(inner));

/** The size of the output of a cell. */
export const outputSizeOf = (cell: RNNCell): number => cell.outputSize ?? stateSizes(cell.stateSize)[0]!;

/** The shape of the input, where states stand beside it. */
export const firstShape = (shapes: Shapes): PartialShape => (isShapeList(shapes) ? shapes[0]! : shapes);

/** The shapes of the output and of the states of a cell, for a step of this shape. */
export function stepShapesOf(cell: RNNCell, inputShape: PartialShape): readonly PartialShape[] {
  if (cell.stepShapes) return cell.stepShapes(inputShape);
  return [outputSizeOf(cell), ...stateSizes(cell.stateSize)].map((size) => [inputShape[0]!, size]);
}

/** The states of a cell before its first step. */
export function initialStatesOf(cell: RNNCell, batchSize: number): readonly Tensor[] {
  if (!cell.getInitialState) return stateSizes(cell.stateSize).map((size) => ops.zeros([batchSize, size]));
  const states = cell.getInitialState(batchSize);
  return Array.isArray(states) ? states : [states as Tensor];
}
