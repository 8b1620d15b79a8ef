import * as tf from '@tensorflow/tfjs-core';
import { backendOf, reviveTensor, runningOps, uncountDisposal } from '../backend/tfjs-bridge.ts';
import type { Attributes, KernelSpec, TensorSpec } from '../kernels/spec.ts';
import { RANDOM_KERNEL } from '../random/random-kernel.ts';
import { sameShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Variable, variableOf } from '../tensor/variable.ts';
import { currentOrigin } from './origin.ts';
import { TraceError, type TracePlace, type TraceReason } from './trace-error.ts';
import type { CapturedTensor, KernelCall, TraceConstant, TraceId } from './trace-types.ts';

/** tfjs's ops that draw their numbers in JavaScript, with what to use instead. */
const hostRandom: Readonly<Record<string, string>> = {
  dropout: 'random.dropout',
  rand: 'random.uniform',
  randomGamma: 'random.*',
  randomNormal: 'random.normal',
  randomStandardNormal: 'random.normal',
  randomUniform: 'random.uniform',
  randomUniformInt: 'random.randint',
  truncatedNormal: 'random.truncatedNormal',
};

/** The steps of a loop cannot be one body: its message says why. */
export class NoSingleStep extends Error {}

/**
 * The backend that a traced function runs on: it computes nothing and writes down which kernels are called.
 *
 * Its tensors have a shape and a dtype, and no values. There is one recorder for each trace; what leaks out of it knows
 * that it did.
 */
export class Recorder extends tf.KernelBackend {
  readonly calls: KernelCall[] = [];
  readonly constants: TraceConstant[] = [];
  readonly captured: CapturedTensor[] = [];
  /** By number. */
  readonly types: TensorSpec[] = [];
  /** Tensors from before the trace that the function disposed of. */
  readonly disposed: Tensor[] = [];
  readonly checksSteps: boolean;
  /** The path of the variable that gets its first value now, outside the trace. */
  initializing: string | undefined;
  /** The first thing that cannot be traced; it counts even if the function catches it. */
  failure: TraceError | undefined;
  /** What the bodies that are recorded now have seen, outermost first. */
  readonly #bodies: Map<TraceId, Tensor>[] = [];
  readonly #ids = new WeakMap<object, TraceId>();
  /** The body that a tensor was made in. */
  readonly #madeIn = new WeakMap<object, Map<TraceId, Tensor>>();
  readonly #capturedOf = new Map<object, CapturedTensor[]>();
  readonly #eager: tf.KernelBackend;
  #closed = false;

  /**
   * @param eager the backend that the program is for
   * @param checksSteps whether bodies of loops are recorded twice, to find what changes from step to step in JavaScript
   */
  constructor(eager: tf.KernelBackend, checksSteps: boolean) {
    super();
    this.#eager = eager;
    this.checksSteps = checksSteps;
  }

  /** Ends the recording. */
  close(): void {
    this.#closed = true;
  }

  /**
   * Settles, after the trace, what the function disposed of that was there before: what the program needs stays alive,
   * the rest is freed.
   */
  settleDisposed(): void {
    for (const tensor of this.disposed) {
      if (this.#capturedOf.has(tensor.dataId)) reviveTensor(tensor);
      else tf.engine().disposeTensor(tensor);
    }
  }

  /** Records what `fn` does apart, as the body of a loop: its calls and constants are no part of the trace, see {@link mark}. */
  apart<T>(fn: () => T): { readonly result: T; readonly tensors: ReadonlyMap<TraceId, Tensor> } {
    const [calls, constants] = [this.calls.length, this.constants.length];
    const tensors = new Map<TraceId, Tensor>();
    this.#bodies.push(tensors);
    try {
      return { result: fn(), tensors };
    } finally {
      this.#bodies.pop();
      this.calls.length = calls;
      this.constants.length = constants;
    }
  }

  /** Runs what was recorded apart once more, to compare: the numbers that it uses are free afterwards. */
  apartAgain<T>(record: () => T): T {
    const numbers = this.types.length;
    const result = record();
    this.types.length = numbers;
    return result;
  }

  /** What will have been recorded since. */
  mark(): () => { readonly calls: readonly KernelCall[]; readonly constants: readonly TraceConstant[] } {
    const [calls, constants] = [this.calls.length, this.constants.length];
    return () => ({ calls: this.calls.slice(calls), constants: this.constants.slice(constants) });
  }

  /** The tensor of a number that the body which is recorded now has looked at. */
  seen(id: TraceId): Tensor {
    return this.#bodies.at(-1)!.get(id)!;
  }

  /** A variable is about to get another value. @throws NoSingleStep while the body of a loop is recorded */
  changing(variable: Variable): void {
    if (this.#bodies.length > 0) throw new NoSingleStep(`it assigns variable '${variable.path}'`);
  }

  /** Makes a tensor without values, for inputs. */
  symbol({ shape, dtype }: TensorSpec): Tensor {
    return tf.engine().makeTensorFromTensorInfo(this.#make({ shape, dtype }));
  }

  /** Makes a tensor without values for the value of a variable, which is none of a body's. */
  stateSymbol({ shape, dtype }: TensorSpec): Tensor {
    return tf.engine().makeTensorFromTensorInfo(this.#make({ shape, dtype }, true));
  }

  /** The number of a tensor; one from before the trace gets one when it is first seen. */
  idOf(tensor: Tensor): TraceId {
    void variableOf(tensor)?.held; // if it is that of a variable, the variable is state from here on
    const body = this.#madeIn.get(tensor.dataId);
    if (body && !this.#bodies.includes(body)) throw this.fail('leaked tensor', OUT_OF_STEP);
    const id = this.#ids.get(tensor.dataId) ?? this.#capture(tensor);
    this.#bodies.at(-1)?.set(id, tensor);
    return id;
  }

  /** Whether a tensor is one of this trace. */
  owns(tensor: Tensor): boolean {
    return this.#ids.has(tensor.dataId);
  }

  /** Writes down the call of a kernel; returns its results. */
  record(spec: KernelSpec, given: object, attrs: Attributes | undefined = {}): tf.TensorInfo | tf.TensorInfo[] {
    if (!spec.infer) throw this.refuseKernel(spec.name, 'the shape of its result depends on values');
    if (spec.kind === 'random' && spec.name !== RANDOM_KERNEL) {
      throw this.fail('host random', hostRandomText('random.categorical'));
    }
    const named = spec.inputs === 'list' ? [] : spec.inputs.map((name) => name.replace('?', ''));
    const all = Object.entries(given as Record<string, Tensor | undefined>);
    const entries = all.flatMap(([name, tensor]) => (tensor ? [[name, tensor] as const] : []));
    const ids = entries.map(([name, tensor]) => [name, this.idOf(tensor)] as const);
    const unknown = spec.inputs === 'list' ? undefined : entries.find(([name]) => !named.includes(name));
    if (unknown) throw new Error(`${spec.name}: its spec does not know the input '${unknown[0]}'`);
    const types = Object.fromEntries(ids.map(([name, id]) => [name, this.types[id]!]));
    const inferred = spec.infer(types, attrs);
    const outputs = (Array.isArray(inferred) ? inferred : [inferred as TensorSpec]).map((type) => this.#make(type));
    this.calls.push({
      kernel: spec.name,
      inputs: spec.inputs === 'list' ? ids.map(([, id]) => id) : Object.fromEntries(ids),
      attrs: copyOf(attrs) as Attributes,
      outputs: outputs.map(({ dataId }) => this.#ids.get(dataId)!),
      ...place(),
    });
    return Array.isArray(inferred) ? outputs : outputs[0]!;
  }

  /** An error that says that a kernel cannot be in a program. */
  refuseKernel(kernel: string, why: string): TraceError {
    const { op = kernel, origin } = place();
    return this.fail(
      'value-dependent shape',
      `${why}. Compute it before the step and hand it in as an input, or run eagerly.`,
      { op, origin },
    );
  }

  /** An error to throw; the trace fails with it, whatever becomes of it. */
  fail(reason: TraceReason, explanation: string, where: TracePlace = place()): TraceError {
    const error = new TraceError(reason, explanation, where);
    this.failure ??= error;
    return error;
  }

  /** Refuses to be timed: that reads every result back. */
  refuseProfiling(): never {
    throw this.fail('engine', "tfjs's debug mode and `tf.profile` read every result. Switch them off while training.");
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    const ops = runningOps();
    const drawn = ops.find((name) => name in hostRandom);
    if (drawn) throw this.fail('host random', hostRandomText(hostRandom[drawn]!), { ...place(), op: drawn });
    if (dtype === 'string' || dtype === 'complex64') {
      throw this.fail('dtype', `a constant of dtype ${dtype} cannot be in a program.`);
    }
    const Data = dtype === 'float32' ? Float32Array : dtype === 'int32' ? Int32Array : Uint8Array;
    const info = this.#make({ shape, dtype });
    // a copy: the caller may write to its array later
    const data = new Data(values as ArrayLike<number>);
    this.constants.push({ id: this.#ids.get(info.dataId)!, data, ...place() });
    return info.dataId;
  }

  override readSync(): never {
    if (this.#closed) throw leaked();
    if (this.initializing) {
      throw this.fail(
        'variable',
        `the first value of variable '${this.initializing}' depends on tensors of the trace. Create it in \`build()\`, from values that are known there.`,
      );
    }
    throw this.fail('host read', HOST_READ);
  }

  /** Never comes back: what waits for the values does not go on, and no rejection goes unhandled. */
  override read(): Promise<tf.BackendValues> {
    if (this.#closed) return Promise.reject(leaked());
    this.fail('host read', HOST_READ);
    return new Promise(() => {});
  }

  override readToGPU(): never {
    return this.readSync();
  }

  override createTensorFromGPUData(): never {
    throw this.fail('host read', HOST_READ);
  }

  override disposeData(dataId: tf.DataId): boolean {
    const id = this.#ids.get(dataId);
    if (this.#closed && id !== undefined) uncountDisposal(this.types[id]!);
    return false;
  }

  override incRef(): void {}

  override refCount(): number {
    return 1;
  }

  override numDataIds(): number {
    return 0;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override floatPrecision(): 16 | 32 {
    return this.#eager.floatPrecision();
  }

  #make({ shape, dtype }: TensorSpec, isState = false): tf.TensorInfo {
    const dataId = {};
    const body = this.#bodies.at(-1);
    if (body && !isState) this.#madeIn.set(dataId, body);
    this.#ids.set(dataId, this.types.length);
    this.types.push({ shape: Object.freeze([...shape]), dtype });
    return { dataId, shape: [...shape], dtype };
  }

  #capture(tensor: Tensor): TraceId {
    const { dataId, shape, dtype } = tensor;
    if (tensor.isDisposed) throw this.fail('leaked tensor', 'it uses a tensor that was disposed of.');
    if (backendOf(tensor) instanceof Recorder) throw this.fail('leaked tensor', LEAKED);
    if (dtype === 'string') throw this.fail('dtype', 'a tensor of dtype string cannot be in a program.');
    const views = this.#capturedOf.get(dataId) ?? [];
    const seen = views.find(({ id }) => sameShape(this.types[id]!.shape, shape) && this.types[id]!.dtype === dtype);
    if (seen) return seen.id;
    const id = this.types.push({ shape: Object.freeze([...shape]), dtype }) - 1;
    this.#capturedOf.set(dataId, [...views, { id, tensor }]);
    this.captured.push({ id, tensor });
    return id;
  }
}

const place = (): TracePlace => ({ op: runningOps().at(-1), origin: currentOrigin() });

const HOST_READ =
  'it reads values back (data, array, print), and a traced function has none yet. ' +
  'Compute with tensors, choose with `ops.where`, and read results after the step.';
const OUT_OF_STEP =
  'it uses a tensor of one step of a loop outside of that step. Let the step return it, as a part of the carry or of the outputs.';
const LEAKED =
  'it uses a tensor that an earlier trace left behind, which has no values. ' +
  'Return tensors from the traced function, or keep them in a Variable.';

const leaked = (): TraceError => new TraceError('leaked tensor', LEAKED);

const hostRandomText = (instead: string): string =>
  `tfjs draws its random numbers in JavaScript, so every step would get the same ones. Use \`${instead}\` of @capas/core.`;

const copyOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyOf(item)]));
};
