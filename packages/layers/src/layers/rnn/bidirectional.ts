import {
  ArgumentError,
  ops,
  type PartialShape,
  StateError,
  type Tensor,
  type TensorLike,
  type Variable,
} from '@capas/core';
import { Layer } from '../../layer.ts';
import { isShapeList, type LayerConfig, type Shapes } from '../../layer-config.ts';
import type { Masks } from '../../masking.ts';
import type { Structure } from '../../structure.ts';
import type { SymbolicTensor } from '../../symbolic-tensor.ts';
import { cloneLayer } from './clone-layer.ts';
import type { RecurrentConfig } from './recurrent-config.ts';
import { firstMask, type RecurrentCallOptions, splitInputs } from './recurrent-inputs.ts';
import { firstShape } from './rnn-cell.ts';

/** How the outputs of both directions are joined. */
export type MergeMode = 'sum' | 'mul' | 'concat' | 'ave';

/** Options of {@link Bidirectional}. */
export interface BidirectionalConfig extends LayerConfig {
  /** The recurrent layer: a new one with its options is run in each direction. */
  readonly layer: Layer;
  /** `null`: both outputs are given. @defaultValue `'concat'` */
  readonly mergeMode?: MergeMode | null;
  /** The layer for the other direction. @defaultValue one like `layer` */
  readonly backwardLayer?: Layer | null;
}

/** What is asked of a layer that can be run in both directions; custom ones have these options too. */
type Direction = Layer<RecurrentConfig, RecurrentCallOptions> & {
  zeroOutputForMask?: boolean;
  readonly states?: readonly Variable[] | undefined;
  resetState?(): void;
};

/**
 * Runs a recurrent layer in both directions of time and joins the outputs, those of the same step in one place.
 *
 * Shapes: those of the layer; `'concat'` doubles the last axis. With `returnState` the forward states and the backward states
 * stand behind the output(s), and so do initial states. Outputs of masked steps are 0.
 * Weights: those of the forward layer, then those of the backward layer.
 *
 * @throws ArgumentError if a layer is not recurrent, both go the same way, or their other options differ.
 * @see Keras 3, `keras/src/layers/rnn/bidirectional.py`
 * @example
 * new Bidirectional({ layer: new LSTM({ units: 4 }) }).apply(ops.ones([2, 5, 3])).shape; // [2, 8]
 */
export class Bidirectional extends Layer<
  BidirectionalConfig & { readonly mergeMode: MergeMode | null },
  RecurrentCallOptions
> {
  static override readonly className = 'Bidirectional';
  readonly forwardLayer: Direction;
  readonly backwardLayer: Direction;

  constructor(config: BidirectionalConfig) {
    const { layer, backwardLayer, mergeMode = 'concat' } = config;
    requireRecurrent('layer', layer);
    if (backwardLayer) requireRecurrent('backwardLayer', backwardLayer);
    if (![...MODES, null].includes(mergeMode)) {
      throw new ArgumentError('Bidirectional', 'mergeMode', `one of '${MODES.join("', '")}' or null`, mergeMode);
    }
    const forward = cloneLayer(layer, { name: prefixed('forward_', layer.name) });
    const backward = backwardLayer ?? cloneLayer(layer, { name: prefixed('backward_', layer.name), goBackwards: true });
    super({ ...config, mergeMode, layer: forward, backwardLayer: backward });
    this.forwardLayer = forward as Direction;
    this.backwardLayer = backward as Direction;
    requireOpposite(this.forwardLayer, this.backwardLayer);
    const { returnSequences = false } = this.#options;
    // what is 0 in one direction must not be joined with a repeated output of the other
    for (const direction of [this.forwardLayer, this.backwardLayer]) direction.zeroOutputForMask = returnSequences;
    this.supportsMasking = true;
    this.inputSpec = layer.inputSpec;
  }

  /** The states that stateful layers keep: those of the forward layer, then those of the backward layer. */
  get states(): readonly Variable[] | undefined {
    const [forward, backward] = [this.forwardLayer.states, this.backwardLayer.states];
    return forward && backward ? [...forward, ...backward] : undefined;
  }

  override build(inputShape: Shapes): void {
    const shape = firstShape(inputShape);
    this.forwardLayer.ensureBuilt(shape);
    this.backwardLayer.ensureBuilt(shape);
    this.inputSpec = this.forwardLayer.inputSpec;
  }

  override apply(inputs: Structure<SymbolicTensor>, options?: RecurrentCallOptions): SymbolicTensor;
  override apply(inputs: Structure<TensorLike>, options?: RecurrentCallOptions): Tensor;
  override apply(inputs: unknown, options: RecurrentCallOptions = {}): unknown {
    const { sequences, ...rest } = splitInputs(inputs, options);
    return super.apply(sequences, rest);
  }

  override call(inputs: Tensor, { training, mask, initialState }: RecurrentCallOptions): Tensor | readonly Tensor[] {
    const given = { training, mask: firstMask(mask) };
    const [ahead, back] = this.#halves(initialState);
    const forward = listOf(this.forwardLayer.apply(inputs, { ...given, initialState: ahead }));
    const backward = listOf(this.backwardLayer.apply(inputs, { ...given, initialState: back }));
    const last = backward[0]!;
    const outputs = this.#merge(forward[0]!, this.#options.returnSequences ? ops.flip(last, { axis: 1 }) : last);
    const all = [...outputs, ...forward.slice(1), ...backward.slice(1)];
    return all.length === 1 ? all[0]! : all;
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    const { mergeMode } = this.config;
    const shapes = this.forwardLayer.computeOutputShape(firstShape(inputShape));
    const [output, ...states] = (isShapeList(shapes) ? shapes : [shapes]) as PartialShape[];
    const last = output!.at(-1)!;
    const merged = mergeMode === 'concat' ? [...output!.slice(0, -1), 2 * last] : output!;
    const all = [merged, ...(mergeMode === null ? [merged] : []), ...states, ...states];
    return all.length === 1 ? merged : all;
  }

  override computeMask(_inputs: Tensor | readonly Tensor[], masks: Masks): Masks {
    if (!this.#options.returnSequences) return undefined;
    const mask = firstMask(masks);
    return this.config.mergeMode === null ? [mask, mask] : [mask];
  }

  /** Sets the states that are kept from batch to batch to 0. @throws StateError if the layer is not stateful */
  resetState(): void {
    if (!this.#options.stateful) throw new StateError(`Layer '${this.name}' is not stateful: it keeps no state.`);
    this.forwardLayer.resetState?.();
    this.backwardLayer.resetState?.();
  }

  /** The same as {@link resetState}, under tfjs's name. */
  resetStates(): void {
    this.resetState();
  }

  /** What both directions have in common. */
  get #options(): RecurrentConfig {
    return this.forwardLayer.config;
  }

  #halves(states: RecurrentCallOptions['initialState']): readonly (readonly TensorLike[] | undefined)[] {
    if (states === undefined || states === null) return [];
    if (!Array.isArray(states) || states.length % 2 !== 0) {
      throw new ArgumentError(
        `Layer '${this.name}'`,
        'initialState',
        'a list of forward states and as many backward states',
        states,
      );
    }
    return [states.slice(0, states.length / 2), states.slice(states.length / 2)] as TensorLike[][];
  }

  #merge(forward: Tensor, backward: Tensor): Tensor[] {
    switch (this.config.mergeMode) {
      case 'concat':
        return [ops.concatenate([forward, backward], { axis: -1 })];
      case 'sum':
        return [ops.add(forward, backward)];
      case 'ave':
        return [ops.divide(ops.add(forward, backward), 2)];
      case 'mul':
        return [ops.multiply(forward, backward)];
      default:
        return [forward, backward];
    }
  }
}

/** Short for `new Bidirectional(config)`. */
export const bidirectional = (config: BidirectionalConfig): Bidirectional => new Bidirectional(config);

const MODES: readonly unknown[] = ['sum', 'mul', 'ave', 'concat'];

const prefixed = (prefix: string, name: string): string => (name.startsWith(prefix) ? name : `${prefix}${name}`);

const listOf = (outputs: unknown): readonly Tensor[] =>
  Array.isArray(outputs) ? (outputs as Tensor[]) : [outputs as Tensor];

function requireRecurrent(argument: string, layer: unknown): void {
  if (layer instanceof Layer && 'goBackwards' in layer.config) return;
  throw new ArgumentError('Bidirectional', argument, 'a recurrent layer', layer);
}

/** Throws unless two layers go in opposite directions and are otherwise called for the same. */
function requireOpposite(forward: Direction, backward: Direction): void {
  const [one, other] = [forward.config, backward.config];
  if (Boolean(one.goBackwards) === Boolean(other.goBackwards)) {
    throw new ArgumentError(
      'Bidirectional',
      'backwardLayer',
      `a layer with goBackwards ${!one.goBackwards}, opposite to \`layer\``,
      other.goBackwards,
    );
  }
  for (const option of ['stateful', 'returnSequences', 'returnState'] as const) {
    if (Boolean(one[option]) === Boolean(other[option])) continue;
    throw new ArgumentError(
      'Bidirectional',
      'backwardLayer',
      `a layer with ${option} ${Boolean(one[option])}, as \`layer\` has`,
      other[option],
    );
  }
}
