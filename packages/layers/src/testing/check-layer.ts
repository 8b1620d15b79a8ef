import {
  CapasError,
  type DType,
  dispose,
  gradients,
  memory,
  ops,
  type PartialShape,
  type Shape,
  sameShape,
  scope,
  showShape,
  type Tensor,
  toTensor,
} from '@capas/core';
import type { Layer } from '../layer.ts';
import { type CallOptions, isShapeList, type LayerConfig, type Shapes } from '../layer-config.ts';
import { isTensor } from '../layer-inputs.ts';
import * as builtin from '../layers/index.ts';
import { maskOf } from '../masking.ts';
import { type KerasObject, revive } from '../saving/revive.ts';
import { flatten, type Structure } from '../structure.ts';
import { isSymbolic, SymbolicTensor } from '../symbolic-tensor.ts';
import { checkCompiled } from './check-compiled.ts';

/** A class of layers. */
export interface LayerClass<Config> {
  readonly className: string;
  new (config: Config): Layer<LayerConfig>;
}

/** What {@link checkLayer} is told about a layer. */
export interface LayerContract<Config> {
  /** What the layer is made with; a function where layers stand in it, since every layer needs its own. */
  readonly config: Config | (() => Config);
  /** The shape of its input, with the batch axis, or a list of shapes for several inputs. */
  readonly inputShape: Shape | readonly Shape[];
  /** @defaultValue `'float32'` */
  readonly inputDType?: DType;
  /** Makes an input. @defaultValue different numbers from −1 to 1; for integers 0, 1, 0, 1 … */
  readonly makeInput?: (shape: Shape, dtype: DType) => Tensor;
  readonly outputShape: Shape | readonly Shape[];
  /** @defaultValue `'float32'` */
  readonly outputDType?: DType;
  /** What else it is called with. @defaultValue nothing */
  readonly options?: CallOptions & Readonly<Record<string, unknown>>;
  /** All weights by name, in order; those of layers inside by path: `'query/kernel'`. @defaultValue none */
  readonly weights?: Readonly<Record<string, Shape>>;
  /** The names of those that no gradient is asked for. @defaultValue none */
  readonly fixedWeights?: readonly string[];
  /** The names of those that the call does not use. @defaultValue none */
  readonly unusedWeights?: readonly string[];
  /** Whether its config can be written as JSON: functions cannot. @defaultValue `true` */
  readonly isRevived?: boolean;
  /** Whether the layer can become a part of a program. @defaultValue `true` */
  readonly isTraced?: boolean;
  /** Whether it then gives the same bits: sums of a loop and of volumes are made in another order. @defaultValue `true` */
  readonly isExact?: boolean;
}

/**
 * Checks what every layer promises; a backend must be ready.
 *
 * The output has the shape that `computeOutputShape` says, also where the batch size is not known; the weights have their
 * names and shapes; the config is frozen, and a layer made of its JSON is the same; calling the layer is `apply`; a symbolic
 * call is recorded; batches of other sizes work; every trained weight has a gradient; as a
 * program the layer computes the same; a frozen layer trains nothing; no tensor is left behind.
 *
 * @throws CapasError that names the layer and the promise it breaks
 * @see Keras 3, `keras/src/testing/test_case.py`, `run_layer_test`
 * @example
 * checkLayer(Dense, { config: { units: 4 }, inputShape: [2, 3], outputShape: [2, 4], weights: { kernel: [3, 4], bias: [4] } });
 */
export function checkLayer<Config>(LayerClass: LayerClass<Config>, contract: LayerContract<Config>): void {
  const { tensors } = memory();
  scope(() => {
    const make = (): Layer => new LayerClass(configOf(contract));
    const layer = make();
    checkSymbolicCall(make(), contract);
    checkCalls(layer, contract);
    checkWeights(layer, contract);
    checkGradients(layer, contract);
    checkCompiled(layer, inputsOf(contract), contract.options ?? {}, contract);
    checkTrainable(layer);
    if (contract.isRevived ?? true) checkConfig(LayerClass, layer, contract);
    checkDispose(layer, contract);
  });
  expectSame(LayerClass.className, 'tensors in memory at the end', memory().tensors, tensors);
}

/** On symbolic tensors of unknown batch size the call is recorded, and the output has the right shape and dtype. */
function checkSymbolicCall<Config>(layer: Layer, contract: LayerContract<Config>): void {
  const { outputDType = 'float32' } = contract;
  const inputs = mapShapes(contract.inputShape, (shape) => symbolic(unknownBatch(shape), contract.inputDType));
  const output = layer.apply(inputs as SymbolicTensor, contract.options) as Structure<SymbolicTensor>;
  const outputs = flatten<SymbolicTensor>(output, isSymbolic);
  const wanted = listOf(contract.outputShape).map(unknownBatch);
  expectSame(layer.name, 'shape of a symbolic output', showAll(outputs), showAll(wanted.map((shape) => ({ shape }))));
  for (const { dtype } of outputs) expectSame(layer.name, 'dtype of a symbolic output', dtype, outputDType);
  expectSame(layer.name, 'number of recorded calls', layer.nodes.length, 1);
  const [node] = layer.nodes;
  if (!outputs.every((tensor) => tensor.node === node)) fail(layer.name, 'a symbolic output does not know its call');
  if (!node!.inputs.every((tensor, i) => tensor === flatten<SymbolicTensor>(inputs, isSymbolic)[i]))
    fail(layer.name, 'a recorded call does not know its inputs');
  if (!layer.built) fail(layer.name, 'a symbolic call does not build the layer');
  layer.dispose();
}

/** `apply` and the call of the layer itself give the same, in the shape that was computed, and leave nothing in memory. */
function checkCalls<Config>(layer: Layer, contract: LayerContract<Config>): void {
  const { outputDType = 'float32' } = contract;
  scope(() => {
    // makes the weights, and the state that only training needs
    for (const training of [false, true]) layer.apply(inputsOf(contract) as Tensor, { ...contract.options, training });
  });
  const before = memory().tensors;
  for (const more of [0, 1, 3]) {
    const inputs = inputsOf(contract, more);
    const { options } = contract;
    const results = [layer.apply(inputs as Tensor, options), layer(inputs as Tensor, options)] as Structure<Tensor>[];
    const [applied, called] = results.map((result) => flatten<Tensor>(result, isTensor)) as [Tensor[], Tensor[]];
    const wanted = listOf(contract.outputShape).map((shape) => moreSamples(shape, more));
    expectSame(layer.name, 'shape of the output', showAll(applied), showAll(wanted.map((shape) => ({ shape }))));
    for (const { dtype } of applied) expectSame(layer.name, 'dtype of the output', dtype, outputDType);
    const computed = layer.computeOutputShape(
      mapShapes(contract.inputShape, (shape) => moreSamples(shape, more)) as Shapes,
      options,
    );
    expectSame(
      layer.name,
      'shape that computeOutputShape says',
      showAll(listOf(computed).map((shape) => ({ shape }))),
      showAll(applied),
    );
    applied.forEach((tensor, i) => {
      expectSame(layer.name, 'output of layer(x)', String(called[i]!.dataSync()), String(tensor.dataSync()));
    });
    for (const tensor of [...applied, ...called]) {
      const mask = maskOf(tensor);
      if (mask) mask.dispose();
      tensor.dispose();
    }
    dispose(inputs as Tensor);
    for (const loss of layer.callLosses) loss.dispose();
  }
  expectSame(layer.name, 'tensors in memory after calls', memory().tensors, before);
}

function checkWeights<Config>(layer: Layer, { weights = {}, fixedWeights = [] }: LayerContract<Config>): void {
  const place = ({ path }: { readonly path: string }): string =>
    path.startsWith(`${layer.name}/`)
      ? path.slice(layer.name.length + 1)
      : fail(layer.name, `path of a weight: ${path}`);
  const found = layer.weights.map((weight) => `${place(weight)} ${showShape(weight.shape)}`);
  const wanted = Object.entries(weights).map(([name, shape]) => `${name} ${showShape(shape)}`);
  expectSame(layer.name, 'weights', found.join(', '), wanted.join(', '));
  const fixed = layer.nonTrainableWeights.map(place);
  expectSame(layer.name, 'weights that are not trained', fixed.join(', '), fixedWeights.join(', '));
}

/** Every trained weight has a finite gradient of its shape, also while training; nothing is left in memory. */
function checkGradients<Config>(layer: Layer, contract: LayerContract<Config>): void {
  // the call may have left some of them unread
  for (const weight of layer.weights) void weight.value;
  const before = memory().tensors;
  for (const training of [false, true]) {
    scope(() => {
      const inputs = inputsOf(contract);
      const weights = layer.trainableWeights;
      const run = (): Tensor => {
        const outputs = flatten<Tensor>(layer.apply(inputs as Tensor, { ...contract.options, training }), isTensor);
        return outputs.map((output) => ops.sum(ops.cast(output, 'float32'))).reduce((a, b) => ops.add(a, b));
      };
      if (weights.length === 0) {
        run();
        return;
      }
      const found = gradients(
        run,
        weights.map(({ value }) => value),
      );
      weights.forEach(({ name, shape }, i) => {
        const gradient = found[i];
        if (contract.unusedWeights?.includes(name)) return;
        if (!gradient || !sameShape(gradient.shape, shape)) fail(layer.name, `weight '${name}' has no gradient`);
        if (!gradient!.dataSync().every(Number.isFinite)) fail(layer.name, `the gradient of '${name}' is not finite`);
      });
    });
  }
  expectSame(layer.name, 'tensors in memory after gradients', memory().tensors, before);
}

function checkTrainable(layer: Layer): void {
  const trained = layer.trainableWeights.length;
  layer.trainable = false;
  expectSame(layer.name, 'number of weights that a frozen layer trains', layer.trainableWeights.length, 0);
  expectSame(
    layer.name,
    'number of weights that a frozen layer keeps',
    layer.nonTrainableWeights.length,
    layer.weights.length,
  );
  layer.trainable = true;
  expectSame(layer.name, 'number of weights trained after a thaw', layer.trainableWeights.length, trained);
}

/** A layer that is made of the JSON of the config computes the same with the same weights. */
function checkConfig<Config>(LayerClass: LayerClass<Config>, layer: Layer, contract: LayerContract<Config>): void {
  if (!Object.isFrozen(layer.config)) fail(layer.name, 'the config is not frozen');
  const json = JSON.stringify(layer.config);
  const config = JSON.parse(json) as Config;
  const registered = (builtin as Record<string, unknown>)[LayerClass.className] === LayerClass;
  const copy = registered
    ? revive({ class_name: LayerClass.className, config } as unknown as KerasObject)
    : new LayerClass(config);
  if (!(copy instanceof LayerClass)) fail(layer.name, 'its class name revives another class');
  expectSame(layer.name, 'config of a revived layer', JSON.stringify(copy.config), json);
  const inputs = inputsOf(contract);
  scope(() => {
    copy.apply(inputs as Tensor, contract.options);
    copy.setWeights(layer.weights.map(({ value }) => value));
    const [mine, theirs] = [layer, copy].map((one) =>
      flatten<Tensor>(one.apply(inputs as Tensor, contract.options), isTensor).map((tensor) =>
        String(tensor.dataSync()),
      ),
    );
    expectSame(layer.name, 'output of a revived layer', theirs!.join('; '), mine!.join('; '));
  });
  copy.dispose();
}

function checkDispose<Config>(layer: Layer, contract: LayerContract<Config>): void {
  layer.dispose();
  if (!layer.isDisposed || !layer.weights.every(({ isDisposed }) => isDisposed))
    fail(layer.name, 'dispose leaves weights');
  try {
    layer.apply(inputsOf(contract) as Tensor);
  } catch {
    return;
  }
  fail(layer.name, 'it can be called after dispose');
}

function configOf<Config>({ config }: LayerContract<Config>): Config {
  return typeof config === 'function' ? (config as () => Config)() : config;
}

function inputsOf<Config>(contract: LayerContract<Config>, more = 0): Structure<Tensor> {
  const { inputShape, inputDType = 'float32', makeInput = someValues } = contract;
  return mapShapes(inputShape, (shape) => makeInput(moreSamples(shape, more), inputDType));
}

function someValues(shape: Shape, dtype: DType): Tensor {
  const value = dtype === 'float32' ? (i: number) => Math.sin(1 + 3 * i) : (i: number) => i % 2;
  const size = shape.reduce((product, dim) => product * dim, 1);
  return scope(() =>
    ops.reshape(
      toTensor(
        Float32Array.from({ length: size }, (_, i) => value(i)),
        dtype,
      ),
      shape,
    ),
  );
}

const symbolic = (shape: PartialShape, dtype: DType = 'float32'): SymbolicTensor =>
  new SymbolicTensor(shape, dtype, 'x');

const listOf = (shapes: Shapes): readonly PartialShape[] => (isShapeList(shapes) ? shapes : [shapes]);

const mapShapes = <T>(shapes: Shape | readonly Shape[], fn: (shape: Shape) => T): Structure<T> =>
  isShapeList(shapes) ? (shapes as readonly Shape[]).map(fn) : fn(shapes as Shape);

const unknownBatch = ([, ...sample]: PartialShape): PartialShape => [null, ...sample];

const moreSamples = ([batch, ...sample]: PartialShape, more: number): Shape => [batch! + more, ...(sample as number[])];

const showAll = (tensors: readonly { readonly shape: PartialShape }[]): string =>
  tensors.map(({ shape }) => showShape(shape)).join(' and ');

function expectSame(who: string, what: string, actual: string | number, expected: string | number): void {
  if (actual !== expected) fail(who, `${what}: ${actual} instead of ${expected}`);
}

function fail(who: string, problem: string): never {
  throw new CapasError(`Layer contract of '${who}': ${problem}.`);
}
