import {
  ArgumentError,
  activeExecutor,
  boundOf,
  type CompiledStep,
  type Executor,
  Profile,
  ready,
  requireInteger,
  requireOneOf,
  StateError,
  shuffledIndices,
} from '@capas/core';
import type { Model } from '../models/model.ts';
import { BatchRounds } from './batch-rounds.ts';
import { checkLabels } from './check-labels.ts';
import { type DataSource, type InputData, toSource, type WeightingOptions } from './data-adapter.ts';
import { DeviceData, isDeviceData } from './device-data.ts';
import { profileName } from './fit-profiler.ts';
import { type OptionNames, requireKnownOptions } from './known-options.ts';
import { isRefusal, makeStep, type StepInputs } from './model-steps.ts';
import { buildOn } from './steps.ts';

/** Options of `Model.profile`. */
export interface ProfileOptions extends WeightingOptions {
  /** What is measured. @defaultValue `'train'`; without `y` `'predict'` */
  readonly mode?: 'train' | 'evaluate' | 'predict';
  /** @defaultValue 32 */
  readonly batchSize?: number;
  /** How many steps are measured, after some that are not. @defaultValue 100 */
  readonly steps?: number;
  /** Whether to measure what the device can do at most, which takes about half a second, once. @defaultValue `true` */
  readonly bound?: boolean;
}

const optionNames: OptionNames<ProfileOptions> = {
  mode: true,
  batchSize: true,
  steps: true,
  bound: true,
  sampleWeight: true,
  classWeight: true,
};

const MODES = ['train', 'evaluate', 'predict'] as const;
type Mode = (typeof MODES)[number];

/** Measures the program of a model. See `Model.profile`. */
export async function profile(
  model: Model,
  x: InputData,
  y: InputData | undefined,
  options: ProfileOptions,
): Promise<Profile> {
  requireKnownOptions('profile', options, optionNames);
  const mode = requireOneOf('profile', 'mode', options.mode ?? (y === undefined ? 'predict' : 'train'), MODES);
  const batchSize = requireInteger('profile', 'batchSize', options.batchSize ?? 32, 1, 'a positive integer');
  const steps = requireInteger('profile', 'steps', options.steps ?? 100, 1, 'a positive integer');
  if (mode !== 'predict' && y === undefined) {
    throw new ArgumentError('profile', 'y', `targets, which \`mode: '${mode}'\` needs`, y);
  }
  if (mode !== 'predict') void model.compilation;
  await ready();
  const { sampleWeight, classWeight } = options;
  const source =
    mode === 'predict'
      ? toSource(model, 'profile', x, null)
      : toSource(model, 'profile', x, y!, { sampleWeight, classWeight });
  const executor = requireExecutor(model, source);
  const size = Math.min(batchSize, source.length);
  prepare(model, source, size, mode);

  const data = new DeviceData(executor, source, batchSize);
  let step: CompiledStep | undefined;
  let rounds: BatchRounds | undefined;
  try {
    const samples = source.length;
    step = compile(model, mode, { source, data, size, from: FROM[mode] });
    const order = mode === 'train' ? shuffledIndices(samples, 0) : undefined;
    rounds = new BatchRounds(step, { data, samples, size, order, bindsEach: mode === 'predict' });
    await rounds.run(steps, WARM_UP);
    step.startMeasuring();
    await rounds.run(steps);
    const times = step.stopMeasuring();
    const bound = (options.bound ?? true) ? await boundOf(executor) : undefined;
    return new Profile(profileName(model, mode, size), step, times, bound);
  } finally {
    rounds?.dispose();
    step?.dispose();
    data.dispose();
  }
}

/** How `fit`, `evaluate` and `predict` hand batches to a step. */
const FROM = { train: 'all in order', evaluate: 'all as they lie', predict: 'one batch' } as const;

/** How long steps are run before they are measured, in milliseconds: executors try out how they run them best. */
const WARM_UP = 200;

/** @throws StateError where no programs run */
function requireExecutor(model: Model, source: DataSource): Executor {
  const executor = activeExecutor();
  const [why, remedy] = !executor
    ? ['the backend runs no programs', 'Choose another with `useBackend`']
    : model.isCompiled && model.compilation.jitCompile === false
      ? ['the model runs op by op', 'Compile it with `jitCompile: true`']
      : isDeviceData(source)
        ? []
        : ['programs know no strings and complex numbers', 'Turn them into numbers before'];
  if (why === undefined) return executor!;
  throw new StateError(`profile: it measures programs, and ${why}. ${remedy}.`);
}

/** Builds the model, and matches losses and metrics, where that was not done. */
function prepare(model: Model, source: DataSource, size: number, mode: Mode): void {
  const isReady = model.built && (mode === 'predict' || model.compilation.isMatched);
  if (!isReady) {
    using batch = source.batch(0, size);
    if (mode === 'predict') buildOn(model, batch.x);
    else model.tryStep(batch);
  }
  if (mode !== 'predict') checkLabels(model, source);
}

function compile(model: Model, mode: Mode, inputs: StepInputs): CompiledStep {
  try {
    return makeStep(model, mode === 'evaluate' ? 'test' : mode, inputs, { onCopy: true }).step;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new StateError(`profile: model '${model.name}' cannot be compiled. ${error.message}`, { cause: error });
  }
}
