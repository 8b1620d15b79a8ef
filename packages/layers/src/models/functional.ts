import {
  ArgumentError,
  type DType,
  ops,
  type PartialShape,
  ShapeError,
  StateError,
  showShape,
  type Tensor,
} from '@capas/core';
import { Layer } from '../layer.ts';
import { type CallOptions, isShapeList, type LayerConfig, type Shapes } from '../layer-config.ts';
import { isTensor } from '../layer-inputs.ts';
import { flatten, pack, type Structure } from '../structure.ts';
import { type GraphNode, isSymbolic, SymbolicTensor, withValues } from '../symbolic-tensor.ts';
import { type Graph, traceGraph } from './graph.ts';
import { frontName, type HostFront, hostFrontOf } from './host-front.ts';
import { Model } from './model.ts';

/** Options of {@link Functional}. */
export interface FunctionalConfig extends LayerConfig {
  /** What `input()` returned: one, a list, or by name. */
  readonly inputs: Structure<SymbolicTensor>;
  /** What layers made of the inputs: one, a list, or by name. */
  readonly outputs: Structure<SymbolicTensor>;
}

/**
 * A model given by its inputs and outputs: layers may be shared, and there may be several of both.
 *
 * @see Keras 3, `keras/src/models/functional.py`
 * @example
 * const pixels = input({ shape: [784] });
 * const code = layers.dense({ units: 32, activation: 'relu' })(pixels);
 * const autoencoder = model({ inputs: pixels, outputs: layers.dense({ units: 784, activation: 'sigmoid' })(code) });
 */
export class Functional extends Model {
  static override readonly className: string = 'Functional';
  readonly #inputStructure: Structure<SymbolicTensor>;
  readonly #outputStructure: Structure<SymbolicTensor>;
  readonly #graph: Graph;
  readonly #hostFront: HostFront | undefined;
  readonly #inputs: readonly SymbolicTensor[];
  readonly #outputs: readonly SymbolicTensor[];

  constructor({ inputs, outputs, ...config }: FunctionalConfig) {
    super(config);
    this.#inputStructure = inputs;
    this.#outputStructure = outputs;
    this.#inputs = leaves('inputs', inputs);
    this.#outputs = leaves('outputs', outputs);
    this.#graph = traceGraph(`Model '${this.name}'`, this.#inputs, this.#outputs);
    this.#hostFront = hostFrontOf(this.#graph, this.#inputs, this.#outputs);
    this.built = true;
    if (config.trainable === false) this.trainable = false;
  }

  override get inputs(): Structure<SymbolicTensor> {
    return this.#inputStructure;
  }

  override get outputs(): Structure<SymbolicTensor> {
    return this.#outputStructure;
  }

  override outputOf(which: string | number | Layer): SymbolicTensor {
    const layer = which instanceof Layer ? which : this.getLayer(which);
    const nodes = this.#graph.nodes.filter((node) => node.layer === layer);
    if (nodes.length !== 1 || nodes[0]!.outputs.length !== 1) {
      throw new StateError(
        `Model '${this.name}': layer '${layer.name}' is called ${nodes.length} times in it, so it has no single output.`,
      );
    }
    return nodes[0]!.outputs[0]!;
  }

  override get sublayers(): readonly Layer[] {
    return this.#graph.layers;
  }

  override get savedLayers(): readonly Layer[] {
    return this.sublayers;
  }

  override get inputShapes(): readonly PartialShape[] {
    return this.#inputs.map(({ shape }) => shape);
  }

  override get inputDTypes(): readonly DType[] {
    return this.#inputs.map(({ dtype }) => dtype);
  }

  override get outputShapes(): readonly PartialShape[] {
    return this.#outputs.map(({ shape }) => shape);
  }

  override get outputNames(): readonly string[] {
    return isSymbolic(this.outputs) || Array.isArray(this.outputs)
      ? different(this.#outputs.map(({ node }) => node!.layer.name))
      : Object.keys(this.outputs);
  }

  override get inputNames(): readonly string[] {
    return isSymbolic(this.inputs) || Array.isArray(this.inputs)
      ? this.#inputs.map(({ name }) => name)
      : Object.keys(this.inputs);
  }

  override get graph(): Graph {
    return this.#graph;
  }

  override get hostFront(): HostFront | undefined {
    return this.#hostFront;
  }

  protected override get passesThrough(): boolean {
    return true;
  }

  override get runsOnHost(): boolean {
    return this.#graph.nodes.every(({ inputs, layer }) => inputs.length === 0 || layer.runsOnHost);
  }

  override call(inputs: Tensor | readonly Tensor[], options: CallOptions): Tensor | readonly Tensor[] {
    const { hostFront } = this;
    const fed = hostFront?.outputs.map((_, i) => (inputs as unknown as Record<string, Tensor>)[frontName(i)]!);
    const isFed = fed?.every(isTensor) ?? false;
    const values = isFed
      ? pairs(hostFront!.outputs, fed!)
      : pairs(this.#inputs, this.#inOrder(inputs as Structure<Tensor>));
    const isBefore = (node: GraphNode): boolean => isFed && (node.inputs.length === 0 || hostFront!.nodes.has(node));
    this.#run(
      this.#graph.nodes.filter((node) => !isBefore(node)),
      values,
      options,
    );
    const outputs = this.#outputs.map((symbol) => values.get(symbol)!);
    return pack(this.outputs, outputs, isSymbolic) as Tensor | readonly Tensor[];
  }

  override callFront(inputs: Structure<Tensor>): readonly Tensor[] {
    const { hostFront } = this;
    const values = pairs(this.#inputs, this.#inOrder(inputs));
    if (hostFront) this.#run([...hostFront.nodes], values, {});
    return hostFront?.outputs.map((symbol) => values.get(symbol)!) ?? [];
  }

  /** Makes calls, and keeps their outputs with the values that are known. */
  #run(nodes: readonly GraphNode[], values: Map<SymbolicTensor, Tensor>, options: CallOptions): void {
    for (const node of nodes) {
      if (node.outputs.every((output) => values.has(output))) continue;
      const list = node.inputs.map((symbol) => values.get(symbol)!);
      const given = withValues(node.options, (symbol) => values.get(symbol)!);
      // as in Keras, which writes what it took for the default into the calls of its files
      const training = options.training ?? node.options.training;
      const result = node.layer.apply(pack(node.inputStructure, list, isSymbolic), { ...given, training });
      for (const [i, tensor] of flatten<Tensor>(result, isTensor).entries()) values.set(node.outputs[i]!, tensor);
    }
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    const given = isShapeList(inputShape) ? inputShape : [inputShape];
    const shapes = new Map<SymbolicTensor, PartialShape>();
    for (const [i, symbol] of this.#inputs.entries()) shapes.set(symbol, given[i]!);
    for (const node of this.#graph.nodes) {
      if (node.outputs.every((output) => shapes.has(output))) continue;
      const list = flatten<SymbolicTensor>(node.inputStructure, isSymbolic).map((symbol) => shapes.get(symbol)!);
      const result = node.layer.computeOutputShape(isSymbolic(node.inputStructure) ? list[0]! : list, node.options);
      for (const [i, shape] of (isShapeList(result) ? result : [result]).entries()) shapes.set(node.outputs[i]!, shape);
    }
    const outputs = this.#outputs.map((symbol) => shapes.get(symbol)!);
    return isSymbolic(this.outputs) ? outputs[0]! : outputs;
  }

  protected override symbolicOutputs(inputs: readonly SymbolicTensor[]): Structure<SymbolicTensor> {
    const shapes = inputs.map(({ shape }) => shape);
    const result = this.computeOutputShape(shapes.length === 1 ? shapes[0]! : shapes);
    const list = isShapeList(result) ? result : [result];
    return pack(
      this.outputs,
      list.map((shape, i) => new SymbolicTensor(shape, this.#outputs[i]!.dtype, this.name)),
      isSymbolic,
    );
  }

  /** The given tensors in the order of the inputs, checked against their shapes. */
  #inOrder(given: Structure<Tensor>): Tensor[] {
    const named = !isTensor(given) && !Array.isArray(given);
    const list = named
      ? this.inputNames.map((name) => (given as Record<string, Tensor>)[name])
      : flatten<Tensor>(given, isTensor);
    if (list.length !== this.#inputs.length || list.includes(undefined as never)) {
      const received = named ? `inputs named ${Object.keys(given).join(', ')}` : `${list.length}`;
      throw new ShapeError(
        `Model '${this.name}' expects ${this.#inputs.length} input(s): ${this.inputNames.join(', ')}. Received: ${received}.`,
      );
    }
    list.forEach((tensor, i) => {
      const { shape } = this.#inputs[i]!;
      if (tensor!.rank !== shape.length || shape.some((dim, axis) => dim !== null && dim !== tensor!.shape[axis])) {
        throw new ShapeError(
          `Model '${this.name}': input '${this.inputNames[i]}' must have the shape ${showShape(shape)}. Received: ${showShape(tensor!.shape)}.`,
        );
      }
    });
    return list.map((tensor, i) => asDType(tensor!, this.#inputs[i]!.dtype));
  }
}

const pairs = <K, V>(keys: readonly K[], values: readonly V[]): Map<K, V> =>
  new Map(keys.map((key, i) => [key, values[i]!]));

/** Short for `new Functional(config)`, under tfjs's name. */
export const model = (config: FunctionalConfig): Functional => new Functional(config);

/** Names, numbered where one occurs again: two outputs may come from one shared layer. */
const different = (names: readonly string[]): string[] =>
  names.map((name, i) => {
    const before = names.slice(0, i).filter((other) => other === name).length;
    return before ? `${name}_${before}` : name;
  });

/** Bytes and counts become floats where the input is of floats, and so on, as in Keras. */
const asDType = (tensor: Tensor, dtype: DType): Tensor =>
  tensor.dtype === dtype || tensor.dtype === 'string' || dtype === 'string' ? tensor : ops.cast(tensor, dtype);

function leaves(argument: string, structure: Structure<SymbolicTensor>): SymbolicTensor[] {
  const list = isSymbolic(structure) ? [structure] : Object.values((structure ?? {}) as Record<string, SymbolicTensor>);
  if (list.length === 0 || !list.every(isSymbolic)) {
    throw new ArgumentError(
      'model',
      argument,
      'a symbolic tensor, a list or a record of them (from `input()` or a layer)',
      structure,
    );
  }
  return list;
}
