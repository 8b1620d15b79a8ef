import { ArgumentError, type DType, type PartialShape, ShapeError, StateError, type Tensor } from '@capas/core';
import { Layer } from '../layer.ts';
import type { CallOptions, LayerConfig, Shapes } from '../layer-config.ts';
import { inputLayerOf, input as makeInput } from '../layers/core/input-layer.ts';
import { withNameScope } from '../naming.ts';
import type { Structure } from '../structure.ts';
import { isSymbolic, type SymbolicTensor } from '../symbolic-tensor.ts';
import { Functional } from './functional.ts';
import type { HostFront } from './host-front.ts';
import { Model } from './model.ts';

/** Options of {@link Sequential}, where layers are not given as a list alone. */
export interface SequentialConfig extends LayerConfig {
  readonly layers?: readonly (Layer | SymbolicTensor)[];
}

/**
 * A stack of layers: the output of each is the input of the next.
 *
 * It is built at once if the first layer is an `input`, has an `inputShape` or is a model that is built, else when it first
 * sees data.
 *
 * @see Keras 3, `keras/src/models/sequential.py`
 * @example
 * const model = new Sequential([layers.dense({ units: 8, activation: 'relu', inputShape: [4] }), layers.dense({ units: 1 })]);
 */
export class Sequential extends Model {
  static override readonly className: string = 'Sequential';
  readonly #stack: Layer[] = [];
  /** The input, then the output of each layer that is connected. */
  readonly #tensors: SymbolicTensor[] = [];
  #inner: Functional | undefined;

  constructor(layers: readonly (Layer | SymbolicTensor)[] | SequentialConfig = [], config: LayerConfig = {}) {
    const { layers: list = [], ...rest } = Array.isArray(layers) ? { layers, ...config } : (layers as SequentialConfig);
    super(rest);
    for (const layer of list) this.#push(layer);
    this.#extend();
    if (rest.trainable === false) this.trainable = false;
  }

  /** Puts a layer at the end. */
  add(layer: Layer | SymbolicTensor): void {
    this.requireAlive();
    this.#push(layer);
    this.#extend();
  }

  /** Takes the last layer off and returns it; the input stays. */
  pop(): Layer | undefined {
    this.requireAlive();
    if (this.layers.length === 0) return undefined;
    const layer = this.#stack.pop();
    this.#tensors.length = Math.min(this.#tensors.length, this.layers.length + 1);
    this.#inner = undefined;
    this.built = false;
    this.#extend();
    return layer;
  }

  override get inputs(): SymbolicTensor | undefined {
    return this.#tensors[0];
  }

  override get outputs(): SymbolicTensor | undefined {
    return this.#inner && this.#tensors.at(-1);
  }

  override outputOf(which: string | number | Layer): SymbolicTensor {
    const layer = which instanceof Layer ? which : this.getLayer(which);
    const tensor = this.#tensors[this.layers.indexOf(layer) + 1];
    return tensor && this.layers.includes(layer) ? tensor : super.outputOf(which);
  }

  override get layers(): readonly Layer[] {
    return this.#stack.filter((layer) => !inputLayerOf(layer));
  }

  override get sublayers(): readonly Layer[] {
    return this.#stack;
  }

  override get savedLayers(): readonly Layer[] {
    return this.layers;
  }

  override get inputShapes(): readonly PartialShape[] | undefined {
    return this.#inner?.inputShapes;
  }

  override get inputDTypes(): readonly DType[] | undefined {
    return this.#inner?.inputDTypes;
  }

  override get inputNames(): readonly string[] {
    return this.#inner?.inputNames ?? [];
  }

  override get outputShapes(): readonly PartialShape[] | undefined {
    return this.#inner?.outputShapes;
  }

  override get outputNames(): readonly string[] {
    return this.#stack.length ? [this.#stack.at(-1)!.name] : [];
  }

  override get hostFront(): HostFront | undefined {
    return this.#inner?.hostFront;
  }

  override callFront(inputs: Structure<Tensor>): readonly Tensor[] {
    return this.#inner!.callFront(inputs);
  }

  protected override get passesThrough(): boolean {
    return true;
  }

  override get runsOnHost(): boolean {
    return this.layers.every((layer) => layer.runsOnHost);
  }

  override get inputDType(): DType {
    return this.#tensors[0]?.dtype ?? this.#stack[0]?.inputDType ?? 'float32';
  }

  override build(inputShape: Shapes): void {
    if (this.#inner) return;
    if (this.layers.length === 0)
      throw new StateError(`Sequential '${this.name}' has no layers: add some before it is used.`);
    if (Array.isArray(inputShape[0]))
      throw new ShapeError(`Sequential '${this.name}' takes one input. Received: ${inputShape.length}.`);
    this.#connect(makeInput({ batchShape: [null, ...(inputShape as PartialShape).slice(1)], dtype: this.inputDType }));
  }

  override call(inputs: Tensor, options: CallOptions): Tensor {
    return this.#inner!.call(inputs, options) as Tensor;
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    return this.#stack.reduce(
      (shape, layer) => (inputLayerOf(layer) ? shape : layer.computeOutputShape(shape)),
      inputShape,
    );
  }

  #push(item: Layer | SymbolicTensor): void {
    const layer = isSymbolic(item) ? item.node!.layer : item;
    if (!(layer instanceof Layer)) throw new ArgumentError('Sequential', 'layers', 'a list of layers', item);
    if (inputLayerOf(layer) && this.#stack.length) {
      throw new ArgumentError('Sequential', 'layers', 'a list with an input only at its start', layer.name);
    }
    if (this.#stack.some(({ name }) => name === layer.name)) {
      throw new ArgumentError(
        'Sequential',
        'layers',
        `a list of layers with different names: '${layer.name}' is there twice`,
        layer.name,
        'Give one a `name`.',
      );
    }
    const batchShape = this.#stack.length === 0 && batchShapeOf(layer);
    if (batchShape) {
      const { inputDTypes } = layer as unknown as Partial<Model>;
      this.#stack.push(makeInput({ batchShape, dtype: inputDTypes?.[0] ?? layer.inputDType }).node!.layer);
    }
    this.#stack.push(layer);
  }

  /** Connects the layers that are new, if the shape of the input is known. */
  #extend(): void {
    const [first] = this.#stack;
    const start = this.#tensors[0] ?? (first && inputLayerOf(first)?.output);
    if (start && this.layers.length) withNameScope(this.name, () => this.#connect(start));
  }

  #connect(start: SymbolicTensor): void {
    if (this.#tensors.length === 0) this.#tensors.push(start);
    for (const layer of this.layers.slice(this.#tensors.length - 1))
      this.#tensors.push(layer.apply(this.#tensors.at(-1)!));
    this.#inner = new Functional({ inputs: this.#tensors[0]!, outputs: this.#tensors.at(-1)!, name: this.name });
    this.built = true;
  }
}

/** Short for `new Sequential(…)`, under tfjs's name; takes `{ layers }` too. */
export const sequential = (
  layers: readonly (Layer | SymbolicTensor)[] | SequentialConfig = [],
  config: LayerConfig = {},
): Sequential => new Sequential(layers, config);

/** The shape that a first layer asks for: by its options, or by its inputs where it is a model itself. */
function batchShapeOf(layer: Layer): PartialShape | undefined {
  const { inputShape, batchInputShape } = layer.config;
  if (batchInputShape ?? inputShape) return batchInputShape ?? [null, ...inputShape!];
  const shapes = (layer as unknown) instanceof Model ? (layer as unknown as Model).inputShapes : undefined;
  return shapes?.length === 1 ? shapes[0] : undefined;
}
