import * as tf from '@tensorflow/tfjs-core';
import { requireBackend } from '../backend/session.ts';
import {
  type EngineFace,
  freshFace,
  installTfjs,
  isProfiling,
  registerKernelOnce,
  swapEngineFace,
} from '../backend/tfjs-bridge.ts';
import { kernelSpecs } from '../kernels/index.ts';
import type { Attributes, TensorSpec } from '../kernels/spec.ts';
import { unsupportedKernels } from '../kernels/unsupported.ts';
import { scope, type TensorTree } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { variableOf, variableUse } from '../tensor/variable.ts';
import { requireSameTrace } from './compare-traces.ts';
import { loopKernel } from './loop-kernel.ts';
import { Recorder } from './recorder.ts';
import { TraceError } from './trace-error.ts';
import type { Trace } from './trace-types.ts';
import { TracedVariables } from './traced-variables.ts';

/** An input of a traced function. */
export interface TraceInput extends TensorSpec {
  readonly name: string;
}

/** Options of {@link trace}. */
export interface TraceOptions {
  /**
   * Traces twice and compares, which finds JavaScript values that change from call to call: they would be frozen.
   *
   * @defaultValue `true`
   */
  readonly checkTwice?: boolean;
}

const BACKEND = 'capas-trace';

/**
 * Runs `fn` on tensors without values and writes down the kernels that it calls, with gradients and updates of variables.
 *
 * Variables that it uses become state; they keep their values. Other tensors from before are captured. JavaScript runs
 * as always, so conditions and loops on JavaScript values are decided once, here.
 *
 * @throws TraceError if the function cannot become a program; it says where, why and what to do. Nothing has changed then.
 * @example
 * const { calls, state } = trace((x) => ops.matmul(x, kernel), [{ name: 'x', shape: [8, 3], dtype: 'float32' }]);
 */
export function trace(
  fn: (...inputs: Tensor[]) => TensorTree,
  inputs: readonly TraceInput[],
  options: TraceOptions = {},
): Trace {
  requireBackend('trace');
  installTfjs();
  registerTraceKernels();
  const first = traceOnce(fn, inputs, 'first');
  if (options.checkTwice === false) return first;
  const second = traceOnce(fn, inputs, 'check');
  requireSameTrace(first, second);
  return second;
}

function traceOnce(
  fn: (...inputs: Tensor[]) => TensorTree,
  inputs: readonly TraceInput[],
  turn: 'first' | 'check',
): Trace {
  if (variableUse.observer) throw new TraceError('nested', 'another trace is being taken. Traces cannot be nested.');
  const recorder = new Recorder(tf.backend(), turn === 'check');
  if (isProfiling()) recorder.refuseProfiling();
  let hidden = freshFace(BACKEND, recorder, () => recorder.refuseProfiling(), engineMethods(recorder));
  const swap = (): void => {
    hidden = swapEngineFace(hidden);
    variables.swap();
    variableUse.observer = variableUse.observer ? undefined : variables;
  };
  const variables = new TracedVariables(recorder, (make) => within(swap, make, swap), turn === 'first');
  const leave = (): void => {
    swap();
    recorder.close();
    recorder.settleDisposed();
  };
  try {
    return within(swap, () => run(fn, inputs, recorder, variables), leave);
  } catch (error) {
    throw recorder.failure ?? asTraceError(error);
  }
}

/** Computes between a change and its undoing, which also happens if that fails. */
function within<T>(change: () => void, compute: () => T, undo: () => void): T {
  change();
  try {
    return compute();
  } finally {
    undo();
  }
}

/** Calls the function on symbols. */
function run(
  fn: (...inputs: Tensor[]) => TensorTree,
  inputs: readonly TraceInput[],
  recorder: Recorder,
  variables: TracedVariables,
): Trace {
  return scope(() => {
    const symbols = inputs.map((input) => recorder.symbol(input));
    const given = symbols.map((symbol, i) => ({ name: inputs[i]!.name, id: recorder.idOf(symbol) }));
    const result: unknown = fn(...symbols);
    if (isPromise(result)) {
      result.then(undefined, () => {}); // what becomes of it is of no interest any more
      throw recorder.fail('async', 'it is async. A traced function must return its tensors at once.', {});
    }
    const outputs = tensorsOf(result as TensorTree).map((tensor) => recorder.idOf(tensor));
    const { state } = variables;
    if (recorder.failure) throw recorder.failure;
    const { captured, constants, calls, types } = recorder;
    return { inputs: given, state, captured, constants, calls, outputs, types };
  });
}

/** The methods of the engine that would reach the world outside, as they are during a trace. */
function engineMethods(recorder: Recorder): EngineFace['methods'] {
  const refuse = (what: string, instead: string) => (): never => {
    throw recorder.fail('engine', `it calls \`tf.${what}\`. ${instead}`);
  };
  const refuseVariables = (): never => {
    throw recorder.fail(
      'variable',
      'it makes, assigns or disposes of a `tf.Variable`, which a program does not know. Use Variable of @capas/core.',
    );
  };
  return {
    disposeTensor: (tensor: Tensor) => {
      if (recorder.owns(tensor)) return;
      // tfjs disposes of the old value of a variable before it assigns the new one
      const variable = variableOf(tensor);
      if (variable) recorder.changing(variable);
      if (variable) recorder.idOf(tensor);
      else if (tensor instanceof tf.Variable) refuseVariables();
      else recorder.disposed.push(tensor);
    },
    disposeVariable: refuseVariables,
    makeVariable: refuseVariables,
    setBackend: refuse('setBackend', 'Choose the backend before training.'),
    removeBackend: refuse('removeBackend', 'Choose the backend before training.'),
    reset: refuse('engine().reset', 'Reset nothing inside a step.'),
    profile: refuse('profile', 'Profile the step as a whole.'),
    time: refuse('time', 'Time the step as a whole.'),
  };
}

/** Makes the kernels of the recording backend: all that have a spec, and refusals of the others. */
function registerTraceKernels(): void {
  for (const spec of [...kernelSpecs, loopKernel]) {
    registerKernelOnce({
      kernelName: spec.name,
      backendName: BACKEND,
      kernelFunc: ({ inputs, attrs, backend }) =>
        (backend as Recorder).record(spec, inputs, attrs as Attributes | undefined),
    });
  }
  for (const [kernelName, why] of Object.entries(unsupportedKernels)) {
    registerKernelOnce({
      kernelName,
      backendName: BACKEND,
      kernelFunc: ({ backend }) => {
        throw (backend as Recorder).refuseKernel(kernelName, why);
      },
    });
  }
}

/** A kernel that somebody registered for other backends only is a reason not to trace. */
function asTraceError(error: unknown): unknown {
  const [, kernel] = /^Kernel '(.+)' not registered for backend 'capas-trace'$/.exec((error as Error)?.message) ?? [];
  if (!kernel) return error;
  return new TraceError('value-dependent shape', 'Capas does not know this kernel, nor the shape of its result.', {
    op: kernel,
  });
}

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof (value as { then?: unknown } | undefined)?.then === 'function';

/** The tensors of a tree, in order, each as often as it stands there. */
function tensorsOf(tree: TensorTree): Tensor[] {
  if (tree instanceof tf.Tensor) return [tree];
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.values(tree as Readonly<Record<string, TensorTree>>).flatMap(tensorsOf);
}
