import {
  activeExecutor,
  BackendError,
  type BatchedData,
  type CompiledStep,
  compileStep,
  type Executor,
  noticeOnce,
  StateError,
  type Tensor,
  TraceError,
  type TraceInput,
  tensorDType,
  traceStep,
  type Variable,
} from '@capas/core';
import { isTensor } from '../layer-inputs.ts';
import type { Model } from '../models/model.ts';
import { flatten, pack, type Structure } from '../structure.ts';
import type { DataSource } from './data-adapter.ts';
import { type DeviceData, isDeviceData } from './device-data.ts';
import { numberOf, signatureOf } from './model-signature.ts';
import { disposeStepLogs, runStep } from './step-logs.ts';

/** What a step does with a batch. */
export type StepKind = 'train' | 'test' | 'predict';

/** A compiled step of a model. */
export interface ModelStep {
  readonly step: CompiledStep;
  /** Where each output stands in what the model returns, by number. */
  readonly structure: Structure<number>;
  /** The tensors that are no variables and whose values the step has taken in. */
  readonly captured: readonly Tensor[];
  /** The variables that it reads or changes. */
  readonly variables: readonly Variable[];
}

/** How many steps of a model are kept. */
const CAPACITY = 8;

/** How many keys of steps are remembered that were asked for once. */
const SEEN = 100;

/** The compiled steps of a model, the last used ones. */
class ModelSteps {
  readonly #known = new Map<string, ModelStep | Error>();
  readonly #seen = new Set<string>();

  /**
   * Whether it pays to compile a step for a single batch: not at the first of a shape, where there are more shapes than steps
   * are kept.
   */
  isWorthwhile(key: string): boolean {
    if (this.#known.has(key) || this.#known.size < CAPACITY || this.#seen.delete(key)) return true;
    if (this.#seen.size >= SEEN) this.#seen.clear();
    this.#seen.add(key);
    return false;
  }

  /** The step of a key, made if it is not there. An error is remembered, and thrown again. */
  get(key: string, make: () => ModelStep): ModelStep {
    let found = this.#known.get(key);
    this.#known.delete(key);
    if (found && isOutdated(found)) {
      dispose(found);
      found = undefined;
    }
    if (!found) {
      try {
        found = make();
      } catch (error) {
        if (!isRefusal(error)) throw error;
        found = error;
      }
    }
    this.#known.set(key, found);
    for (const [old, item] of this.#known) {
      if (this.#known.size <= CAPACITY) break;
      this.#known.delete(old);
      dispose(item);
    }
    if (found instanceof Error) throw found;
    return found;
  }

  dispose(): void {
    for (const item of this.#known.values()) dispose(item);
    this.#known.clear();
  }
}

/** Whether a step has taken in tensors or variables that are gone: the model now uses others. */
const isOutdated = (item: ModelStep | Error): boolean =>
  'step' in item && [...item.captured, ...item.variables].some(({ isDisposed }) => isDisposed);

function dispose(item: ModelStep | Error): void {
  if ('step' in item) item.step.dispose();
}

const stepsOfModels = new WeakMap<Model, ModelSteps>();

/** Frees the compiled steps of a model. */
export function disposeSteps(model: Model): void {
  stepsOfModels.get(model)?.dispose();
  stepsOfModels.delete(model);
  disposeStepLogs(model);
}

/** Whether an error says that something cannot be compiled, and not that it is wrong. */
export const isRefusal = (error: unknown): error is Error =>
  error instanceof TraceError || error instanceof BackendError;

/**
 * The executor that the steps of a model are to run on; `undefined` where they run op by op.
 *
 * @throws StateError if the model must be compiled (`jitCompile: true`) and cannot be
 */
export function executorFor(model: Model, source: DataSource): Executor | undefined {
  const mode = model.isCompiled ? model.compilation.jitCompile : 'auto';
  if (mode === false) return undefined;
  const executor = activeExecutor();
  if (mode === 'auto') return executor && !executor.isReference && isDeviceData(source) ? executor : undefined;
  if (!executor) throw new StateError(`Model '${model.name}': \`jitCompile: true\`, but the backend runs no programs.`);
  if (isDeviceData(source)) return executor;
  throw new StateError(
    `Model '${model.name}': \`jitCompile: true\`, but programs know no strings and complex numbers.`,
  );
}

/** Where the batches of a step come from. */
export interface StepInputs {
  readonly source: DataSource;
  readonly data: DeviceData;
  /** How many samples a batch has. */
  readonly size: number;
  /** Whether a step takes the next batch of all samples by itself, and in which way; else each batch is bound. */
  readonly from: 'one batch' | 'all in order' | 'all as they lie';
}

/**
 * The step of a model on batches of this size from `data`, compiled at its first use.
 *
 * @throws StateError if `jitCompile: true` and it cannot be compiled. Else it is `undefined` then, and said once; and where it
 *   does not pay.
 */
export function modelStep(model: Model, kind: StepKind, given: StepInputs): ModelStep | undefined {
  const { data, from } = given;
  const types = JSON.stringify([traceInputs(given), batchesOf(given)]);
  const key = [kind, numberOf(data.executor), types, signatureOf(model)].join(' ');
  const steps = stepsOfModels.get(model) ?? new ModelSteps();
  stepsOfModels.set(model, steps);
  const isAutomatic = !model.isCompiled || model.compilation.jitCompile === 'auto';
  if (from === 'one batch' && isAutomatic && !steps.isWorthwhile(key)) return undefined;
  try {
    return steps.get(key, () => makeStep(model, kind, given));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (model.isCompiled && model.compilation.jitCompile === true) {
      throw new StateError(`Model '${model.name}': \`jitCompile: true\`, but it cannot be compiled. ${error.message}`, {
        cause: error,
      });
    }
    noticeOnce(`model '${model.name}' runs op by op, which is slower. ${error.message}`);
    return undefined;
  }
}

const traceInputs = ({ source, size }: StepInputs): TraceInput[] =>
  source.columns.map(([name, { sampleShape, dtype }]) => {
    return { name, shape: [size, ...sampleShape], dtype: tensorDType[dtype as 'float32'] };
  });

function batchesOf({ data, from }: StepInputs): BatchedData {
  const samples = from === 'one batch' ? undefined : data.samples;
  const { dtypes: inputs, same } = data;
  return { samples, isOrdered: from === 'all in order' && data.isResident, inputs, same };
}

/**
 * Compiles a step of a model. With `onCopy` it leaves the variables as they are.
 *
 * @throws TraceError, BackendError if it cannot be compiled
 */
export function makeStep(
  model: Model,
  kind: StepKind,
  given: StepInputs,
  { onCopy = false }: { readonly onCopy?: boolean } = {},
): ModelStep {
  const { source, data, size } = given;
  const made: { structure: Structure<number> } = { structure: [] };
  const run = (...tensors: Tensor[]): readonly Tensor[] => {
    const batch = source.assemble(tensors, size);
    if (kind !== 'predict') {
      model.compilation.trainable.run(() => runStep(model, kind, batch));
      return [];
    }
    const outputs = model.predictStep(batch);
    const list = flatten<Tensor>(outputs, isTensor);
    made.structure = pack(outputs, [...list.keys()], isTensor);
    return list;
  };
  const traced = traceStep(run, traceInputs(given));
  const step = compileStep(traced, data.executor, { batches: batchesOf(given), onCopy });
  return { step, structure: made.structure, captured: traced.captured, variables: traced.variables };
}
