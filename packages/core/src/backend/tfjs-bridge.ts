import * as tf from '@tensorflow/tfjs-core';
import { kernelSpecs } from '../kernels/index.ts';
import { NARROW_KERNEL } from '../kernels/narrow.ts';
import type { GradientContext, KernelSpec } from '../kernels/spec.ts';
import { fillRandom, RANDOM_KERNEL, type RandomAttributes } from '../random/random-kernel.ts';
import { allToNarrowFloat, type NarrowFloat } from '../tensor/narrow-float.ts';
import type { TensorTree } from '../tensor/scope.ts';
import { type Shape, sizeOf } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { variableUse } from '../tensor/variable.ts';
import { currentOrigin, gradientOrigin, withOrigin } from '../trace/origin.ts';
import { noticeOnce } from './session.ts';
import { installTensorMethods } from './tensor-methods.ts';

/** The only file that touches tfjs's registry and private fields; `tfjs-bridge.test.ts` asserts those it uses. */

const installed = { done: false };

/** Registers our gradients and tensor methods with tfjs-core, once. In Node, tfjs-core itself registers none. */
export function installTfjs(): void {
  if (installed.done) return;
  installed.done = true;
  for (const spec of kernelSpecs) if (spec.gradient) tf.registerGradient(gradientConfig(spec));
  repairTape();
  installTensorMethods();
}

/** A spec's gradient rule in the form in which tfjs's tape calls it. */
export function gradientConfig(spec: KernelSpec): tf.GradConfig {
  const rule = spec.gradient!;
  const names = spec.inputs === 'list' ? [] : spec.inputs.map((name) => name.replace('?', ''));
  const optional = (name: string): boolean => spec.inputs.includes(`${name}?`);
  const wanted = rule.saves?.inputs ?? [];
  const all = spec.inputs === 'list' && wanted === 'all';
  const savedNames = wanted === 'all' ? names : wanted;
  const savedOutputs = rule.saves?.outputs ?? [];
  return {
    kernelName: spec.name,
    ...(all ? { saveAllInputs: true } : { inputsToSave: [...savedNames] }),
    outputsToSave: Array.from({ length: Math.max(0, ...savedOutputs.map((i) => i + 1)) }, (_, i) =>
      savedOutputs.includes(i),
    ),
    gradFunc: (dy, saved, attrs) => {
      const inputCount = saved.length - savedOutputs.length;
      // an optional input that was absent is not among the saved ones; a rule saves at most one optional input
      const present = inputCount < savedNames.length ? savedNames.filter((name) => !optional(name)) : savedNames;
      const dys = Array.isArray(dy) ? dy : [dy];
      const context: GradientContext<string> = {
        dy: dys[0]!,
        dys,
        inputs: Object.fromEntries(present.map((name, i) => [name, saved[i]!])),
        inputList: saved.slice(0, inputCount),
        outputs: saved.slice(inputCount),
        attrs,
      };
      return rule.run(context) as ReturnType<tf.GradConfig['gradFunc']>;
    },
  };
}

/** The private parts of tfjs's engine that write its tape. */
interface TapeWriter {
  readonly state: {
    readonly kernelDepth: number;
    readonly gradientDepth: number;
    nextTapeNodeId: number;
    activeTape: SavedTensors[] | null;
  };
  saveTensorsForBackwardMode(tensors: (Tensor | undefined)[]): Tensor[];
  addTapeNode(...node: TapeNode): void;
}

interface SavedTensors {
  readonly saved: readonly Tensor[];
  /** Gives a rule for each input. */
  gradient?: (dys: unknown) => Readonly<Record<string, () => unknown>>;
}

type TapeNode = [name: string, inputs: object, outputs: Tensor[], gradient: unknown, saved: Tensor[], attrs: unknown];

/**
 * Mends three faults of tfjs's tape.
 * - Optional inputs that are absent (batch normalization without scale) make it crash: they are left out.
 * - A bool or int32 result has no derivative, yet the tape asks for that of `Greater` in `where(x > 0, …)` and throws:
 *   such calls are not recorded, so the gradient ends there.
 * - A result saved for the backward pass is copied before the kernel itself is recorded, so the copy seems not to depend
 *   on the input, and the second derivative of `exp` comes out as 0: the copies are recorded after the kernel.
 *
 * And it keeps where a call comes from, see {@link keepOrigin}.
 */
function repairTape(): void {
  const engine = tf.engine() as unknown as TapeWriter;
  const save = engine.saveTensorsForBackwardMode.bind(engine);
  const add = engine.addTapeNode.bind(engine);
  const record = (...node: TapeNode): void => {
    add(...node);
    keepOrigin(engine.state.activeTape!.at(-1)!);
  };
  const copies: TapeNode[] = [];
  engine.saveTensorsForBackwardMode = (tensors) => save(tensors.filter((tensor) => tensor));
  engine.addTapeNode = (...node) => {
    const [name, inputs, outputs, gradient, saved, attrs] = node;
    if (engine.state.kernelDepth > 0) {
      copies.push(node);
      return;
    }
    const waiting = copies.splice(0);
    if (outputs.every(({ dtype }) => dtype === 'bool' || dtype === 'int32')) {
      for (const tensor of saved) tensor.dispose();
      return;
    }
    record(name, Array.isArray(inputs) ? inputs : withoutAbsent(inputs), outputs, gradient, saved, attrs);
    for (const copy of waiting) record(...copy);
  };
}

/** Lets what the gradient of a call runs come from the layer of the call, in a trace; nobody asks elsewhere. */
function keepOrigin(call: SavedTensors): void {
  const origin = variableUse.observer && currentOrigin();
  const { gradient } = call;
  if (origin === undefined || !gradient) return;
  const path = gradientOrigin(origin);
  call.gradient = (dys) => {
    const rules = Object.entries(withOrigin(path, () => gradient(dys)));
    return Object.fromEntries(rules.map(([input, rule]) => [input, () => withOrigin(path, rule)]));
  };
}

/** How many gradients the tape is recorded for now. */
export function tapeDepth(): number {
  const { gradientDepth, kernelDepth } = (tf.engine() as unknown as TapeWriter).state;
  return kernelDepth > 0 ? 0 : gradientDepth;
}

/** Runs `fn` as if no gradient were asked for; it may ask for gradients of its own. */
export function apartFromTape<T>(fn: () => T): T {
  const { state } = tf.engine() as unknown as { state: Record<string, unknown> };
  const { gradientDepth, kernelDepth, activeTape } = state;
  Object.assign(state, { gradientDepth: 0, kernelDepth: 0, activeTape: null });
  try {
    return fn();
  } finally {
    Object.assign(state, { gradientDepth, kernelDepth, activeTape });
  }
}

/**
 * Writes on the tape, which is recorded now, that `outputs` are made from `inputs`. `gradient` gives a thunk for each input, by its
 * place; of outputs that nothing depends on, the gradient is absent.
 */
export function writeOnTape(
  name: string,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  gradient: (dys: readonly (Tensor | undefined)[]) => readonly (() => Tensor)[],
): void {
  const { state } = tf.engine() as unknown as TapeWriter;
  const rules = (dys: unknown): Record<string, () => Tensor> =>
    Object.fromEntries(gradient(dys as readonly (Tensor | undefined)[]).entries());
  const call = {
    id: state.nextTapeNodeId++,
    kernelName: name,
    inputs: { ...inputs },
    outputs,
    saved: [],
    gradient: rules,
  };
  keepOrigin(call);
  state.activeTape!.push(call);
}

/** Runs `fn`, which records a tape; if it fails, frees what was saved for the backward pass, which tfjs forgets. */
export function withTape<T>(fn: () => T): T {
  try {
    return fn();
  } catch (error) {
    const { state } = tf.engine() as unknown as TapeWriter;
    // within another gradient the tape is the outer one's
    if (state.gradientDepth === 0) {
      for (const { saved } of state.activeTape ?? []) for (const tensor of saved) tensor.dispose();
      state.activeTape = null;
    }
    throw error;
  }
}

const withoutAbsent = (inputs: object): object =>
  Object.fromEntries(Object.entries(inputs).filter(([, tensor]) => tensor));

/** Registers a kernel unless the backend has one of that name. */
export function registerKernelOnce(config: tf.KernelConfig): void {
  if (!tf.getKernel(config.kernelName, config.backendName)) tf.registerKernel(config);
}

/** Registers a kernel in place of the backend's own, without tfjs's warning. */
export function replaceKernel(config: tf.KernelConfig): void {
  if (tf.getKernel(config.kernelName, config.backendName)) tf.unregisterKernel(config.kernelName, config.backendName);
  tf.registerKernel(config);
}

/** Whether a backend has a kernel. */
export const hasKernel = (kernelName: string, backendName: string): boolean =>
  tf.getKernel(kernelName, backendName) !== undefined;

/** The names of the kernels of a backend. */
export const kernelNames = (backendName: string): string[] =>
  tf.getKernelsForBackend(backendName).map(({ kernelName }) => kernelName);

/** Registers the kernels of ours that run the same everywhere: the random generator, rounding to formats of 16 bits. */
export function registerOwnKernels(backendName: string): void {
  registerKernelOnce({
    kernelName: NARROW_KERNEL,
    backendName,
    kernelFunc: ({ inputs: { x }, attrs, backend }) => {
      const storage = backend as tf.KernelBackend;
      const { dataId, shape } = x as tf.TensorInfo;
      const format = (attrs as unknown as { readonly format: NarrowFloat }).format;
      const values = allToNarrowFloat(storage.readSync(dataId) as Float32Array, format);
      return { dataId: storage.write(values, shape, 'float32'), shape, dtype: 'float32' };
    },
  });
  registerKernelOnce({
    kernelName: RANDOM_KERNEL,
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { shape, distribution } = attrs as unknown as RandomAttributes;
      const storage = backend as tf.KernelBackend;
      const [seed, counter] = storage.readSync((inputs as { state: tf.TensorInfo }).state.dataId) as Int32Array;
      const dtype = distribution === 'bits' ? 'int32' : 'float32';
      const values = dtype === 'int32' ? new Int32Array(sizeOf(shape)) : new Float32Array(sizeOf(shape));
      fillRandom(values, distribution, seed!, counter!);
      return { dataId: storage.write(values, [...shape], dtype), shape: [...shape], dtype };
    },
  });
}

/**
 * Gives `backendName` every kernel that it lacks and `fallbackName` has: the call is carried out there, on copies of its
 * inputs, and said once per kernel.
 */
export function registerFallbackKernels(backendName: string, fallbackName: string): void {
  for (const { kernelName, kernelFunc } of tf.getKernelsForBackend(fallbackName)) {
    if (hasKernel(kernelName, backendName)) continue;
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: (call) => {
        noticeOnce(
          `the ${backendName} backend has no kernel '${kernelName}': it runs on '${fallbackName}', which is slower.`,
        );
        return runElsewhere(kernelFunc, fallbackName, call);
      },
    });
  }
}

type KernelCall = Parameters<tf.KernelFunc>[0];

function runElsewhere(
  kernel: tf.KernelFunc,
  elsewhere: string,
  { inputs, attrs, backend }: KernelCall,
): tf.TensorInfo | tf.TensorInfo[] {
  const here = backend as tf.KernelBackend;
  const there = tf.engine().findBackend(elsewhere);
  const copies: tf.DataId[] = [];
  const move = (info: tf.TensorInfo): tf.TensorInfo => {
    const dataId = there.write(here.readSync(info.dataId), info.shape, info.dtype);
    copies.push(dataId);
    // Some kernels of tfjs ask for the rank, which only tensors have.
    return { dataId, shape: info.shape, dtype: info.dtype, rank: info.shape.length } as tf.TensorInfo;
  };
  const moved = Array.isArray(inputs)
    ? inputs.map(move)
    : Object.fromEntries(
        Object.entries(inputs as tf.NamedTensorInfoMap).map(([name, info]) => [
          name,
          info && move(info as tf.TensorInfo),
        ]),
      );
  const result = kernel({ inputs: moved as tf.NamedTensorInfoMap, backend: there, ...(attrs && { attrs }) });
  const back = (info: tf.TensorInfo): tf.TensorInfo => {
    const dataId = here.write(there.readSync(info.dataId), info.shape, info.dtype);
    if (!copies.includes(info.dataId)) there.disposeData(info.dataId);
    return { dataId, shape: info.shape, dtype: info.dtype };
  };
  const moves = Array.isArray(result) ? result.map(back) : back(result);
  for (const dataId of copies) there.disposeData(dataId);
  return moves;
}

/** Gives tensors that were kept back to the scope that is open now, which then frees them. */
export function handBackToScope(tensors: readonly Tensor[]): void {
  for (const tensor of tensors) {
    tensor.kept = false;
    (tf.engine() as unknown as { track(tensor: Tensor): Tensor }).track(tensor);
  }
}

/** What a trace takes over of tfjs's engine for as long as it runs, and gives back as it was. */
export interface EngineFace {
  readonly engine: Readonly<Record<(typeof engineFields)[number], unknown>>;
  readonly state: Readonly<Record<(typeof stateFields)[number], unknown>>;
  /** Methods that stand in front of those of the class. */
  readonly methods: Readonly<Partial<Record<(typeof replaceableMethods)[number], (...args: never[]) => unknown>>>;
}

const engineFields = ['backendName', 'backendInstance', 'pendingBackendInit', 'profiler'] as const;
const stateFields = [
  'numTensors',
  'numBytes',
  'numStringTensors',
  'numDataBuffers',
  'numDataMovesStack',
  'gradientDepth',
  'kernelDepth',
  'activeTape',
  'scopeStack',
  'activeScope',
  'profiling',
] as const;
const replaceableMethods = [
  'disposeTensor',
  'disposeVariable',
  'makeVariable',
  'setBackend',
  'removeBackend',
  'reset',
  'profile',
  'time',
] as const;

/** An engine that nothing has happened on yet, with a backend that need not be registered. `profileKernel` is called for kernels that are timed. */
export const freshFace = (
  backendName: string,
  backend: tf.KernelBackend,
  profileKernel: () => never,
  methods: EngineFace['methods'],
): EngineFace => ({
  engine: { backendName, backendInstance: backend, pendingBackendInit: null, profiler: { profileKernel } },
  state: {
    numTensors: 0,
    numBytes: 0,
    numStringTensors: 0,
    numDataBuffers: 0,
    numDataMovesStack: [],
    gradientDepth: 0,
    kernelDepth: 0,
    activeTape: null,
    scopeStack: [],
    activeScope: null,
    profiling: false,
  },
  methods,
});

/** Gives the engine another face; returns the one that it had. `tf.setBackend` would set up every kernel again. */
export function swapEngineFace(next: EngineFace): EngineFace {
  const engine = tf.engine() as unknown as Record<string, unknown>;
  const state = engine.state as Record<string, unknown>;
  const own = replaceableMethods.filter((name) => Object.hasOwn(engine, name));
  const previous = { engine: pick(engine, engineFields), state: pick(state, stateFields), methods: pick(engine, own) };
  for (const name of own) delete engine[name];
  Object.assign(engine, next.engine, next.methods);
  Object.assign(state, next.state);
  return previous as EngineFace;
}

const pick = (from: Record<string, unknown>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.map((name) => [name, from[name]]));

/** The names of the tfjs ops that are running, outermost first: `['dropout', 'randomUniform']`. */
export function runningOps(): string[] {
  const { scopeStack } = tf.engine().state as unknown as { scopeStack: readonly { name: string }[] };
  return scopeStack.flatMap(({ name }) => (name.endsWith('__op') ? [name.slice(0, -'__op'.length)] : []));
}

/** Whether kernels are timed: in debug mode, or by `tf.profile`. */
export const isProfiling = (): boolean =>
  tf.env().getBool('DEBUG') || (tf.engine().state as unknown as { profiling: boolean }).profiling;

/** The backend that holds the data of a tensor. */
export function backendOf({ dataId }: tf.TensorInfo): tf.KernelBackend | undefined {
  const { tensorInfo } = tf.engine().state as unknown as { tensorInfo: WeakMap<object, { backend: tf.KernelBackend }> };
  return tensorInfo.get(dataId)?.backend;
}

/** Takes back that a tensor was disposed of, where its data was left alone. */
export function reviveTensor(tensor: Tensor): void {
  (tensor as unknown as { isDisposedInternal: boolean }).isDisposedInternal = false;
}

/** Takes back that the engine counted a tensor as gone which it had never counted. */
export function uncountDisposal({ shape, dtype }: { readonly shape: Shape; readonly dtype: tf.DataType }): void {
  const state = tf.engine().state as unknown as { numTensors: number; numBytes: number };
  state.numTensors++;
  if (dtype !== 'complex64' && dtype !== 'string') state.numBytes += sizeOf(shape) * tf.util.bytesPerElement(dtype);
}

/** Every tensor that stands in lists and records, once each. */
export const tensorsIn = (tree: TensorTree): Tensor[] =>
  tf.tensor_util.getTensorsInContainer(tree as tf.TensorContainer);

/**
 * Frees the data of a tensor when it is garbage-collected without having been disposed of: the net under public calls
 * that hand out tensors. Such a tensor must be on no scope's list.
 */
export function freeWhenForgotten<T extends Tensor>(tensor: T): T {
  const { dataId, shape, dtype, size, id } = tensor;
  const token = {};
  forgotten.register(tensor, { dataId, shape, dtype, size, id } as unknown as Tensor, token);
  const { dispose } = tensor;
  tensor.dispose = () => {
    forgotten.unregister(token);
    dispose.call(tensor);
  };
  return tensor;
}

const forgotten = new FinalizationRegistry<Tensor>((data) => tf.engine().disposeTensor(data));
