import {
  type DType,
  dispose,
  dtypePolicies,
  freeWhenForgotten,
  type NarrowFloat,
  ops,
  type PartialShape,
  type Shape,
  ShapeError,
  StateError,
  scope,
  showShape,
  type Tensor,
  type TensorLike,
  toTensor,
  withOrigin,
} from '@capas/core';
import {
  autocastFormat,
  isFullPrecision,
  keepPrecision,
  narrowOf,
  roundOptions,
  roundTensor,
  withAutocast,
} from './autocast.ts';
import { callContext } from './call-context.ts';
import { Callable } from './callable.ts';
import { getConstraint } from './constraints/index.ts';
import { getInitializer, type InitializerIdentifier } from './initializers/index.ts';
import { checkInput, type InputSpec } from './input-spec.ts';
import { type CallOptions, isShapeList, type LayerConfig, type Shapes, type WeightOptions } from './layer-config.ts';
import { isTensor, ownCopy, toTensors } from './layer-inputs.ts';
import { attachMasks, type Masks, maskOf } from './masking.ts';
import { autoName, currentPath, withNameScope } from './naming.ts';
import type { QuantizationConfig } from './quantizers/quantization-config.ts';
import { type QuantizeOptions, quantizeLayer } from './quantizers/quantize-layer.ts';
import { getRegularizer, type Regularizer } from './regularizers/index.ts';
import { shapeByTrial } from './shape-by-trial.ts';
import { flatten, pack, type Structure } from './structure.ts';
import { type GraphNode, hasSymbolic, isSymbolic, SymbolicTensor, symbolsIn } from './symbolic-tensor.ts';
import { Weight } from './weight.ts';

/** A layer is a function (see {@link Callable}); this is its type. */
// biome-ignore lint/correctness/noUnusedVariables: a merged interface repeats the parameters of its class
export interface Layer<Config extends LayerConfig = LayerConfig, Options extends CallOptions = CallOptions> {
  (inputs: Structure<SymbolicTensor>, options?: Options): SymbolicTensor;
  (inputs: Structure<TensorLike>, options?: Options): Tensor;
}

/**
 * The base of all layers: weights, and a computation from tensors to tensors.
 *
 * A subclass makes its weights in `build` and computes in `call`, written in `ops`. Layers kept in its properties are
 * found there: their weights are its weights.
 *
 * @see Keras 3, `keras/src/layers/layer.py`
 * @example
 * class Scale extends Layer {
 *   static override readonly className = 'Scale';
 *   factor!: Variable;
 *   override build(): void { this.factor = this.addWeight('factor', [], 'ones'); }
 *   override call(x: Tensor): Tensor { return ops.multiply(x, this.factor); }
 * }
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: see the interface above
export abstract class Layer<
  Config extends LayerConfig = LayerConfig,
  Options extends CallOptions = CallOptions,
> extends Callable {
  /** The name of the class in files and automatic names. A subclass sets its own. */
  static readonly className: string = 'Layer';
  readonly name: string;
  readonly config: Readonly<Config>;
  /** The name with those of the models around it: the start of its weights' paths. */
  path: string;
  built = false;
  /** The shape of the inputs that it was built for. */
  buildShape: Shapes | undefined;
  /** What `apply` checks its inputs against: one spec for all inputs, or a list with one each. */
  inputSpec: InputSpec | readonly InputSpec[] | undefined;
  /** Whether an incoming mask is passed on with the output. */
  supportsMasking = false;
  /** Whether inputs and weights are rounded where it computes in 16 bits; layers that set it to `false` compute in float32. */
  autocast = true;
  /** How its weights were quantized, if they were. */
  quantizationConfig: QuantizationConfig | undefined;
  readonly #nodes: GraphNode[] = [];
  readonly #weights: Weight[] = [];
  readonly #activityRegularizer: Regularizer | undefined;
  #dtypePolicy: dtypePolicies.DTypePolicy;
  #losses: Tensor[] = [];
  #trainable: boolean;
  #disposed = false;

  constructor(config: Config = {} as Config) {
    super();
    this.config = Object.freeze({ ...config });
    this.name = config.name ?? autoName((this.constructor as typeof Layer).className);
    this.path = this.name;
    this.#trainable = config.trainable ?? true;
    this.#dtypePolicy = dtypePolicies.get(config.dtype);
    this.#activityRegularizer = getRegularizer(this.activityPenalty());
  }

  /** Makes the weights for inputs of this shape. Called once, before the first `call`. */
  build(_inputShape: Shapes): void {}

  /** Computes the outputs. `inputs` is one tensor or, for layers that merge, a list; temporaries are freed for you. */
  abstract call(inputs: Tensor | readonly Tensor[], options: Options): Tensor | readonly Tensor[];

  /**
   * The shape of the output for an input shape, both with the batch axis; `null` where a size is not known.
   *
   * By default the layer is tried on zeros; that needs a backend, so layers override it.
   */
  computeOutputShape(inputShape: Shapes, options?: Options): Shapes {
    return shapeByTrial(this, inputShape, options);
  }

  /** The masks of the outputs: that of the first, or a list. By default those of the inputs, where the layer supports masking. */
  computeMask(_inputs: Tensor | readonly Tensor[], mask: Masks): Masks {
    return mask;
  }

  /** Whether it computes on the host, from values that it reads there: strings, hashes. It cannot be a part of a program then. */
  get runsOnHost(): boolean {
    return false;
  }

  /** In which dtype it computes and keeps its weights. What is set holds for later calls; weights stay what they are. */
  get dtypePolicy(): dtypePolicies.DTypePolicy {
    return this.#dtypePolicy;
  }

  set dtypePolicy(policy: dtypePolicies.DTypePolicyIdentifier) {
    const given = dtypePolicies.get(policy);
    const held = this.#dtypePolicy;
    if (held instanceof dtypePolicies.DTypePolicyMap) {
      // the layers around it have the same map
      held.delete(this.path);
      held.set(this.path, given);
    } else this.#dtypePolicy = given;
    const { quantizationMode: mode } = this;
    if (mode && this.built && !this.quantizationConfig) this.quantize(mode);
  }

  /** How its weights are quantized; `undefined` where they are not. */
  get quantizationMode(): dtypePolicies.QuantizationMode | undefined {
    return this.#dtypePolicy.at(this.path).quantizationMode;
  }

  /**
   * Puts whole numbers of 8 bits and their scales in the place of the large weights, which are not trained any more; inputs become
   * whole numbers in each call. `Dense`, `EinsumDense`, `Embedding` and `ReversibleEmbedding` have such weights. A backend must be ready.
   *
   * @throws NotQuantizableError for other layers; StateError before the layer is built, and the second time; ArgumentError for a mode
   *   that is not there
   * @see Keras 3, `quantize` in `keras/src/layers/layer.py`
   */
  quantize(mode: dtypePolicies.QuantizationMode | QuantizationConfig, options: QuantizeOptions = {}): void {
    quantizeLayer(this as unknown as Layer, mode, options);
  }

  /** The dtype that inputs are brought to, and that it computes in. */
  get computeDtype(): string {
    return this.#dtypePolicy.at(this.path).computeDtype;
  }

  /** The dtype of its weights. */
  get variableDtype(): string {
    return this.#dtypePolicy.at(this.path).variableDtype;
  }

  /** The dtype of data for a Sequential model that starts with it, unless an `input` says otherwise. */
  get inputDType(): DType {
    return 'float32';
  }

  /** The dtype of the output for inputs of these dtypes. */
  outputDType(_inputs: readonly DType[]): DType {
    return 'float32';
  }

  /**
   * Calls the layer: on tensors it computes, on symbolic tensors it records the call for a functional model.
   *
   * @throws ShapeError if an input does not meet the layer's `inputSpec`.
   */
  override apply(inputs: Structure<SymbolicTensor>, options?: Options): SymbolicTensor;
  override apply(inputs: Structure<TensorLike>, options?: Options): Tensor;
  override apply(inputs: unknown, options: Options = {} as Options): unknown {
    this.requireAlive();
    return hasSymbolic(inputs)
      ? this.#applySymbolic(inputs as Structure<SymbolicTensor>, options)
      : this.#applyEager(inputs as Structure<TensorLike>, options);
  }

  /** Builds the layer for an input shape unless that was done. */
  ensureBuilt(inputShape: Shapes): void {
    if (this.built) return;
    withNameScope(this.name, () => {
      this.path = currentPath('').slice(0, -1);
      this.build(inputShape);
    });
    this.buildShape = inputShape;
    this.built = true;
  }

  /**
   * `call`, in the dtype of the layer: where that has 16 bits, inputs, weights and outputs are rounded to it. For layers that
   * call others in a loop; everywhere else `apply` does it.
   */
  callInDtype(inputs: Structure<Tensor>, options: Options): Tensor | readonly Tensor[] {
    const format = narrowOf(this.computeDtype);
    if (this.passesThrough || (!format && !autocastFormat())) return this.call(inputs as Tensor, options);
    return format ? this.#callIn(format, inputs, options) : this.#callInFull(inputs, options);
  }

  /** Makes a weight; its value is drawn when it is first read. For use in `build`. */
  addWeight(
    name: string,
    shape: PartialShape,
    initializer: InitializerIdentifier = 'glorotUniform',
    options: WeightOptions = {},
  ): Weight {
    const unknown = shape.findIndex((dim) => dim === null || dim === undefined);
    if (unknown >= 0) {
      throw new ShapeError(
        `Layer '${this.name}': weight '${name}' cannot have the shape ${showShape(shape)}: axis ${unknown} of the input must be known when the layer is built.`,
      );
    }
    const init = getInitializer(initializer);
    const weight = new Weight({
      name,
      shape: shape as Shape,
      path: currentPath(name),
      dtype: options.dtype ?? 'float32',
      trainable: (options.trainable ?? true) && this.#trainable,
      initializer: (dims, dtype) => init.call(dims, dtype),
      regularizer: getRegularizer(options.regularizer),
      constraint: getConstraint(options.constraint),
      fixed: options.trainable === false,
      autocast: options.autocast ?? this.autocast,
      format: options.dtype || options.stored ? undefined : narrowOf(this.variableDtype),
      stored: options.stored,
    });
    this.#weights.push(weight);
    return weight;
  }

  /** Frees a weight that the layer made, and forgets it. */
  removeWeight(weight: Weight): void {
    this.#weights.splice(this.#weights.indexOf(weight), 1);
    weight.dispose();
  }

  /** Adds a scalar to the loss that training minimises. For use in `call`. */
  addLoss(loss: Tensor): void {
    if (callContext.collected) {
      callContext.collected.push(loss);
      return;
    }
    this.#losses.push(loss);
    callContext.losses.push(loss);
  }

  /** Whether the weights of the layer and of the layers in it are trained. Setting it sets them all. */
  get trainable(): boolean {
    return this.#trainable;
  }

  set trainable(trainable: boolean) {
    this.#trainable = trainable;
    for (const weight of this.#weights) weight.trainable = trainable && !weight.fixed;
    for (const layer of this.sublayers) layer.trainable = trainable;
  }

  /** The layers that stand in the properties of this one, in lists and records too, in the order they were set. */
  get sublayers(): readonly Layer[] {
    // asked for in every step: plain loops, and no lists in between
    const found = new Set<Layer>();
    for (const key of Object.keys(this)) if (key !== 'config') collectLayers(this[key as keyof this], found);
    return [...found];
  }

  /** The weights that the layer itself made, as Keras keeps them in files: trainable ones first, and a sum of low rank in its weight. */
  get ownWeights(): readonly Weight[] {
    const factors = this.#weights.flatMap(({ lowRank }) => lowRank?.factors ?? []);
    if (factors.length > 0) return this.#weights.filter((weight) => !factors.includes(weight));
    return [...this.#weights.filter(({ fixed }) => !fixed), ...this.#weights.filter(({ fixed }) => fixed)];
  }

  /** All weights: its own in the order they were made, then those of its sublayers. */
  get weights(): readonly Weight[] {
    const found = new Set(this.#weights);
    for (const layer of this.sublayers) for (const weight of layer.weights) found.add(weight);
    return [...found];
  }

  /** The weights that gradients are applied to. */
  get trainableWeights(): readonly Weight[] {
    return this.#trainable ? this.weights.filter((weight) => weight.trainable) : [];
  }

  /** The others: frozen ones, moving averages. */
  get nonTrainableWeights(): readonly Weight[] {
    const trained = new Set(this.trainableWeights);
    return this.weights.filter((weight) => !trained.has(weight));
  }

  /** Penalties of the last call and of the regularized weights, scalars. The caller owns the tensors. */
  get losses(): readonly Tensor[] {
    const penalized = this.trainableWeights.filter(({ regularizer }) => regularizer);
    return [...this.callLosses, ...penalized.map(({ regularizer, value }) => regularizer!.call(value))];
  }

  /** The losses that the last call added, its own and those of its sublayers. */
  get callLosses(): readonly Tensor[] {
    return [...this.#losses, ...this.sublayers.flatMap((layer) => layer.callLosses)];
  }

  /** The calls of the layer on symbolic tensors, in order. */
  get nodes(): readonly GraphNode[] {
    return this.#nodes;
  }

  /** Its one symbolic input, if it was called once. */
  get input(): SymbolicTensor {
    return this.#only('input', (node) => node.inputs);
  }

  /** Its one symbolic output, if it was called once. */
  get output(): SymbolicTensor {
    return this.#only('output', (node) => node.outputs);
  }

  /** The number of elements of all weights. */
  countParams(): number {
    return this.weights.reduce((sum, { size }) => sum + size, 0);
  }

  /** Copies of the weights, in the order of `weights`; the caller disposes of them. */
  getWeights(): Tensor[] {
    this.requireAlive();
    return this.weights.map((weight) => freeWhenForgotten(weight.value.clone()));
  }

  /**
   * Sets the weights, in the order of `weights`. Nothing is changed unless all fit.
   *
   * @throws ShapeError if their number or a shape differs.
   */
  setWeights(values: readonly TensorLike[]): void {
    this.requireAlive();
    const { weights } = this;
    if (values.length !== weights.length) {
      throw new ShapeError(
        `Layer '${this.name}': setWeights expects ${weights.length} arrays. Received: ${values.length}.`,
      );
    }
    scope(() => {
      const tensors = values.map((value) => toTensor(ownCopy(value)));
      tensors.forEach((tensor, i) => {
        const { path, shape } = weights[i]!;
        if (showShape(tensor.shape) !== showShape(shape)) {
          throw new ShapeError(
            `Layer '${this.name}': weight '${path}' has shape ${showShape(shape)}. Received: ${showShape(tensor.shape)}.`,
          );
        }
      });
      for (const [i, tensor] of tensors.entries()) weights[i]!.assign(tensor);
    });
  }

  /** Frees the weights of the layer and of the layers in it. It cannot be used afterwards. */
  dispose(): void {
    for (const weight of this.weights) if (!weight.isDisposed) weight.dispose();
    for (const layer of this.sublayers) layer.dispose();
    this.#clearLosses();
    this.#disposed = true;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Whether {@link dispose} was called. */
  get isDisposed(): boolean {
    return this.#disposed;
  }

  /** What JSON shows of a layer that stands in the config of another one. */
  toJSON(): object {
    return { className: (this.constructor as typeof Layer).className, config: this.config };
  }

  /** Whether it only hands tensors from layer to layer, which round for themselves. */
  protected get passesThrough(): boolean {
    return false;
  }

  /** What penalizes the output. By default what the options say. */
  protected activityPenalty(): LayerConfig['activityRegularizer'] {
    return this.config.activityRegularizer;
  }

  /** Throws if the layer was disposed of. */
  protected requireAlive(): void {
    if (this.#disposed) throw new StateError(`'${this.name}' was disposed of and cannot be used any more.`);
  }

  /** The symbolic outputs of a call on symbolic inputs. Models override it: they know the names of their outputs. */
  protected symbolicOutputs(
    inputs: readonly SymbolicTensor[],
    structure: Structure<SymbolicTensor>,
    options: Options,
  ): Structure<SymbolicTensor> {
    const shapes = inputs.map(({ shape }) => shape);
    const result = this.computeOutputShape(isSymbolic(structure) ? shapes[0]! : shapes, options);
    const dtype = this.outputDType(inputs.map((tensor) => tensor.dtype));
    const make = (shape: PartialShape): SymbolicTensor => new SymbolicTensor(shape, dtype, this.name);
    return isShapeList(result) ? result.map(make) : make(result);
  }

  #applySymbolic(structure: Structure<SymbolicTensor>, options: Options): Structure<SymbolicTensor> {
    const inputs = flatten<SymbolicTensor>(structure, isSymbolic);
    const shapes = inputs.map(({ shape }) => shape);
    this.#checkInputs(shapes);
    this.ensureBuilt(isSymbolic(structure) ? shapes[0]! : shapes);
    const outputs = withNameScope(this.name, () => this.symbolicOutputs(inputs, structure, options));
    const node: GraphNode = {
      layer: this as unknown as Layer,
      inputs: [...inputs, ...symbolsIn(options)],
      inputStructure: structure,
      outputs: flatten<SymbolicTensor>(outputs, isSymbolic),
      options,
    };
    for (const output of node.outputs) output.node = node;
    this.#nodes.push(node);
    return outputs;
  }

  #applyEager(inputs: Structure<TensorLike>, options: Options): Tensor | readonly Tensor[] {
    if (callContext.depth === 0) {
      this.#clearLosses();
      callContext.losses = [];
    }
    callContext.depth++;
    try {
      const { outputs } = scope(() => {
        const given = toTensors(inputs, this.name);
        const list = flatten<Tensor>(given, isTensor);
        const shapes = list.map(({ shape }) => shape);
        this.#checkInputs(shapes);
        this.ensureBuilt(isTensor(given) ? shapes[0]! : shapes);
        const incoming = list.map(maskOf);
        const mask = options.mask ?? (isTensor(given) ? incoming[0] : incoming.some(Boolean) ? incoming : undefined);
        const result = withNameScope(this.name, () =>
          withOrigin(this.path, () => this.callInDtype(given, { ...options, mask })),
        );
        const results = flatten<Tensor>(result, isTensor);
        if (this.supportsMasking) attachMasks(results, () => this.computeMask(given as Tensor, mask));
        if (this.#activityRegularizer) this.#regularizeActivity(results);
        // the masks of the outputs outlive the scope with them, also those that layers inside attached
        return {
          outputs: result,
          masks: results.map(maskOf),
          losses: [...callContext.losses, ...(callContext.collected ?? [])],
        };
      });
      return outputs;
    } finally {
      callContext.depth--;
    }
  }

  #callIn(format: NarrowFloat, inputs: Structure<Tensor>, options: Options): Tensor | readonly Tensor[] {
    const round = (tensor: Tensor): Tensor => roundTensor(tensor, format);
    const given = this.autocast ? pack(inputs, flatten<Tensor>(inputs, isTensor).map(round), isTensor) : inputs;
    const result: Structure<Tensor> = withAutocast(this.autocast ? format : undefined, () =>
      this.call(given as Tensor, this.autocast ? roundOptions(options, format) : options),
    );
    const outputs = flatten<Tensor>(result, isTensor).map((tensor) =>
      isFullPrecision(tensor) ? tensor : round(tensor),
    );
    return pack(result, outputs, isTensor) as Tensor;
  }

  /** In float32, within a layer that computes in 16 bits. */
  #callInFull(inputs: Structure<Tensor>, options: Options): Tensor | readonly Tensor[] {
    const result = withAutocast(undefined, () => this.call(inputs as Tensor, options));
    for (const tensor of flatten<Tensor>(result as Structure<Tensor>, isTensor)) keepPrecision(tensor);
    return result;
  }

  #regularizeActivity(outputs: readonly Tensor[]): void {
    for (const output of outputs) {
      // per sample, so that the penalty does not grow with the batch
      this.addLoss(ops.divide(this.#activityRegularizer!.call(output), output.shape[0] ?? 1));
    }
  }

  #clearLosses(): void {
    dispose(this.#losses.filter((loss) => !loss.isDisposed));
    this.#losses = [];
    for (const layer of this.sublayers) layer.#clearLosses();
  }

  #checkInputs(shapes: readonly PartialShape[]): void {
    const { inputSpec } = this;
    if (!inputSpec) return;
    shapes.forEach((shape, i) => {
      const spec = Array.isArray(inputSpec) ? (inputSpec as readonly InputSpec[])[i] : (inputSpec as InputSpec);
      if (spec) checkInput(this.name, spec, shape);
    });
  }

  #only(what: string, side: (node: GraphNode) => readonly SymbolicTensor[]): SymbolicTensor {
    const tensors = this.#nodes.flatMap(side);
    if (this.#nodes.length !== 1 || tensors.length !== 1) {
      throw new StateError(
        `Layer '${this.name}' has no single ${what}: it was called ${this.#nodes.length} times on symbolic tensors. Use \`nodes\`.`,
      );
    }
    return tensors[0]!;
  }
}

function collectLayers(value: unknown, found: Set<Layer>): void {
  if (value instanceof Layer) found.add(value);
  else if (Array.isArray(value)) for (const item of value) collectLayers(item, found);
  else if (value instanceof Map) for (const item of value.values()) collectLayers(item, found);
  else if (typeof value === 'object' && value?.constructor === Object)
    for (const item of Object.values(value)) collectLayers(item, found);
}
