import {
  dispose,
  gradients,
  HostArray,
  keep,
  ops,
  type PartialShape,
  scope,
  type Tensor,
  type TensorLike,
  TraceError,
  toTensor,
  UnknownNameError,
} from '@capas/core';
import {
  type GoldenCase,
  GoldenCheck,
  type GoldenGroup,
  type GoldenMode,
  type GoldenOutcome,
  gradientTolerance,
  missing,
  resolveGolden,
  runAsProgram,
} from '@capas/core/testing';
import type { Layer } from '../layer.ts';
import { isShapeList, type Shapes } from '../layer-config.ts';
import { isTensor } from '../layer-inputs.ts';
import * as registry from '../layers/index.ts';
import { attachMask, maskOf } from '../masking.ts';
import { camelizeConfig } from '../saving/keras-config.ts';
import { reviveInside } from '../saving/revive.ts';

interface Call {
  readonly inputs: readonly unknown[];
  readonly callKwargs?: Readonly<Record<string, unknown>>;
  readonly inputMasks?: readonly (HostArray | null)[];
  readonly outputs: unknown;
  readonly outputMasks?: readonly unknown[];
  readonly losses?: readonly unknown[];
  readonly grads?: {
    readonly cotangents: readonly (HostArray | null)[];
    readonly inputs: readonly unknown[];
    readonly weights: readonly unknown[];
  };
  readonly resetStateBefore?: boolean;
}

/** Runs a case of a `layers-…` group: values, masks, losses, gradients, weights afterwards, output shape. */
export function runLayerCase(golden: GoldenCase, group: GoldenGroup, mode: GoldenMode = 'eager'): GoldenOutcome {
  const check = new GoldenCheck(golden, group);
  if (!Object.hasOwn(registry, golden.className as string)) return missing(golden, `layers.${golden.className}`);
  try {
    scope(() => {
      const layer = goldenLayer(golden, group);
      for (const call of resolveGolden(golden.calls, group) as Call[]) runCall(layer, call, check, mode);
      compareAfter(layer, golden, group, check);
      layer.dispose();
    });
  } catch (error) {
    if (error instanceof TraceError) return missing(golden, `a program of it (${error.reason})`);
    if (error instanceof UnknownNameError) return missing(golden, error.message);
    check.fail((error as Error).message);
  }
  return check.outcome;
}

/** The layer of a case of a `layers-…` group, built, with its weights. */
export function goldenLayer(golden: GoldenCase, group: GoldenGroup): Layer {
  const LayerClass = (registry as Record<string, unknown>)[golden.className as string] as new (config: object) => Layer;
  const args = camelizeConfig(resolveGolden(golden.args, group) as Record<string, unknown>);
  const layer = new LayerClass(reviveInside(args));
  prepare(layer, golden, group);
  return layer;
}

/** Builds the layer and gives it the weights of the case. */
function prepare(layer: Layer, golden: GoldenCase, group: GoldenGroup): void {
  const { buildConfig } = golden as {
    buildConfig?: { input_shape?: Shapes; shapes_dict?: Record<string, PartialShape> };
  };
  const byName = Object.values(buildConfig?.shapes_dict ?? {});
  const shape = buildConfig?.input_shape ?? (byName.length > 1 ? byName : byName[0]);
  const { adaptData } = golden as { adaptData?: unknown };
  if (adaptData !== undefined) (layer as Learning).adapt!(resolveGolden(adaptData, group));
  if (shape) layer.ensureBuilt(shape);
  const weights = (golden.weights ?? []) as { value: unknown; name: string }[];
  if (weights.length && adaptData === undefined)
    layer.setWeights(weights.map(({ value }) => resolveGolden(value, group) as HostArray));
}

/** A layer that may learn from data before it is trained. */
interface Learning extends Layer {
  adapt?(data: unknown): void;
  getVocabulary?(): unknown;
  vocabularySize?(): number;
}

/** What a call gives, to be compared. */
interface Results {
  readonly outputs: readonly Tensor[];
  readonly masks: readonly (Tensor | undefined)[];
  readonly losses: readonly Tensor[];
  /** Of the inputs, then of the weights. */
  readonly gradients: readonly (Tensor | undefined)[];
  readonly [key: string]: readonly (Tensor | undefined)[];
}

/** What the layer is called on. */
interface Given {
  readonly list: readonly Tensor[];
  readonly masks: readonly (Tensor | undefined)[];
  /** What else it is called with. */
  readonly options: Readonly<Record<string, unknown>>;
}

function runCall(layer: Layer, call: Call, check: GoldenCheck, mode: GoldenMode): void {
  if (call.resetStateBefore) (layer as Layer & { resetState(): void }).resetState();
  // several arguments of Keras, and lists in lists, are one list here
  const given = call.inputs.length > 1 ? call.inputs.flat(2) : call.inputs[0];
  const isList = Array.isArray(given) && given.some((item) => typeof item === 'object');
  const compute = ({ list, masks, options }: Given): Results => {
    list.forEach((input, i) => {
      attachMask(input, masks[i]);
    });
    return computeCall(layer, call, list, isList, options);
  };
  const inputs: Given = {
    list: (isList ? given : [given]).map((item) => toTensor(item as TensorLike)),
    masks: (call.inputMasks ?? []).map((item) => (item ? toTensor(item, 'bool') : undefined)),
    options: camelizeConfig(mapArrays(call.callKwargs ?? {})),
  };
  // a layer that works on the host is never a part of a program
  const found = mode === 'compiled' && !layer.runsOnHost ? runAsProgram(compute, inputs) : compute(inputs);
  const { outputs, masks, losses, gradients: slopes } = found;
  check.close('outputs', outputs.length === 1 ? outputs[0] : outputs, flatList(call.outputs));
  for (const [i, expected] of (call.outputMasks ?? []).entries()) check.close(`mask ${i}`, masks[i], expected);
  if (call.losses)
    check.close(
      'losses',
      losses.map((loss) => loss.dataSync()[0]),
      call.losses,
    );
  if (call.grads) {
    const wanted = call.grads.inputs.flat(3) as (HostArray | null)[];
    for (const [i, expected] of wanted.entries())
      if (expected) check.close(`gradient of input ${i}`, slopes[i], expected, gradientTolerance(check.tol, expected));
    for (const [i, expected] of call.grads.weights.entries()) {
      if (expected)
        check.close(
          `gradient of ${layer.weights[i]!.name}`,
          slopes[inputs.list.length + i],
          expected,
          gradientTolerance(check.tol, expected),
        );
    }
  }
  dispose([...outputs, ...masks]);
}

function computeCall(
  layer: Layer,
  call: Call,
  list: readonly Tensor[],
  isList: boolean,
  options: Readonly<Record<string, unknown>>,
): Results {
  let outputs: Tensor[] = [];
  const run = (): Tensor => {
    const result = layer.apply((isList ? list : list[0]) as Tensor, options) as Tensor | Tensor[];
    outputs = (isTensor(result) ? [result] : result).map((tensor) => keep(tensor));
    for (const kept of [...outputs.flatMap((output) => maskOf(output) ?? []), ...layer.callLosses]) keep(kept);
    const terms = outputs.flatMap((output, i) => {
      const cotangent = call.grads?.cotangents[i];
      return cotangent ? [ops.sum(ops.multiply(output, cotangent))] : [];
    });
    return terms.length ? terms.reduce((a, b) => ops.add(a, b)) : toTensor(0);
  };
  const weights = layer.weights.map((weight) => weight.value);
  const slopes = call.grads ? gradients(run, [...list, ...weights]) : void scope(run);
  return {
    outputs,
    masks: outputs.map(maskOf),
    losses: call.losses ? layer.losses : [],
    gradients: slopes ?? [],
  };
}

function compareAfter(layer: Layer, golden: GoldenCase, group: GoldenGroup, check: GoldenCheck): void {
  if (golden.weightsAfter)
    check.close(
      'weights after',
      layer.weights.map((weight) => weight.value),
      resolveWeights(golden.weightsAfter, group),
    );
  if (golden.adaptData !== undefined && golden.weights)
    check.close(
      'weights learnt',
      layer.weights.map((weight) => weight.value),
      resolveWeights(golden.weights, group),
    );
  compareVocabulary(layer, golden, check);
  const { symbolic } = golden as { symbolic?: { inputShape: Shapes; outputShape: Shapes } };
  if (symbolic) {
    const shape = layer.computeOutputShape(symbolic.inputShape);
    const wanted = JSON.stringify(flatShapes(symbolic.outputShape));
    if (JSON.stringify(shape) !== wanted) {
      check.fail(`computeOutputShape: ${JSON.stringify(shape)} instead of ${wanted}`);
    }
  }
}

function compareVocabulary(layer: Learning, golden: GoldenCase, check: GoldenCheck): void {
  for (const [what, found, wanted] of [
    ['getVocabulary', layer.getVocabulary?.(), golden.vocabulary],
    ['vocabularySize', layer.vocabularySize?.(), golden.vocabularySize],
  ] as const) {
    const [received, expected] = [found, wanted].map((value) => JSON.stringify(value));
    if (wanted !== undefined && received !== expected) check.fail(`${what}: ${received} instead of ${expected}`);
  }
}

/** The arguments of a call with tensors for its arrays, also in lists. */
function mapArrays(args: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const convert = (value: unknown): unknown =>
    value instanceof HostArray ? toTensor(value) : Array.isArray(value) ? value.map(convert) : (value ?? undefined);
  return Object.fromEntries(Object.entries(args).map(([key, value]) => [key, convert(value)]));
}

/** A list in which no lists are. */
const flatList = (value: unknown): unknown => (Array.isArray(value) ? value.flat(2) : value);

/** A shape, or a list of shapes in which no lists of shapes are. */
const flatShapes = (shapes: Shapes): Shapes =>
  isShapeList(shapes) ? (shapes as readonly Shapes[]).flatMap((one) => (isShapeList(one) ? one : [one])) : shapes;

const resolveWeights = (value: unknown, group: GoldenGroup): unknown =>
  (resolveGolden(value, group) as unknown[]).map((item) =>
    typeof item === 'object' && item !== null && 'value' in item ? item.value : item,
  );
