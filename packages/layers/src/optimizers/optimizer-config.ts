import { ArgumentError, requireInteger, requireNumber } from '@capas/core';
import { asSerialized } from '../registry.ts';
import { getSchedule, LearningRateSchedule, type ScheduleIdentifier } from '../schedules/index.ts';

/** Options that every optimizer takes. */
export interface OptimizerConfig {
  /** The first part of the paths of its variables. @defaultValue the class name in snake_case, numbered */
  readonly name?: string | null;
  /** A number or a schedule. The default is that of the optimizer. */
  readonly learningRate?: number | ScheduleIdentifier;
  /** Each step takes `learningRate · weightDecay` times its value from a variable. @defaultValue `null`: none */
  readonly weightDecay?: number | null;
  /** The greatest norm of the gradient of each variable. At most one of the three kinds of clipping can be set. */
  readonly clipnorm?: number | null;
  /** The greatest norm of all gradients together. */
  readonly globalClipnorm?: number | null;
  /** The greatest absolute value in a gradient. */
  readonly clipvalue?: number | null;
  /** Whether moving averages of the variables are kept, see `finalizeVariableValues`. @defaultValue `false` */
  readonly useEma?: boolean;
  /** The share of the old average in the new one. @defaultValue 0.99 */
  readonly emaMomentum?: number;
  /** After how many updates the variables are set to their averages; `null`: only at the end. @defaultValue `null` */
  readonly emaOverwriteFrequency?: number | null;
  /** What the loss is multiplied by, and the gradients divided by. @defaultValue `null`: nothing */
  readonly lossScaleFactor?: number | null;
  /** Of how many steps the gradients are averaged for one update. @defaultValue `null`: of one */
  readonly gradientAccumulationSteps?: number | null;
}

/** What an optimizer of ours adds to {@link OptimizerConfig} is there, with its defaults. */
export type ResolvedOptimizerConfig = Readonly<{
  name: string;
  learningRate: number | LearningRateSchedule;
  weightDecay: number | null;
  clipnorm: number | null;
  globalClipnorm: number | null;
  clipvalue: number | null;
  useEma: boolean;
  emaMomentum: number;
  emaOverwriteFrequency: number | null;
  lossScaleFactor: number | null;
  gradientAccumulationSteps: number | null;
}>;

/** The options with their defaults, checked. */
export function resolveOptimizerConfig(
  who: string,
  name: string,
  config: OptimizerConfig & { readonly learningRate: number | ScheduleIdentifier },
): ResolvedOptimizerConfig {
  const orNull = (key: keyof OptimizerConfig, least = 0): number | null =>
    isAbsent(config[key]) ? null : requireNumber(who, key, config[key], least, Number.MAX_VALUE);
  const clips = (['clipnorm', 'globalClipnorm', 'clipvalue'] as const).filter((key) => !isAbsent(config[key]));
  if (clips.length > 1) {
    throw new ArgumentError(who, clips[0]!, `left out if \`${clips[1]}\` is set`, config[clips[0]!]);
  }
  return {
    name: config.name ?? name,
    learningRate: resolveLearningRate(who, config.learningRate),
    weightDecay: orNull('weightDecay'),
    clipnorm: orNull('clipnorm'),
    globalClipnorm: orNull('globalClipnorm'),
    clipvalue: orNull('clipvalue'),
    useEma: config.useEma ?? false,
    emaMomentum: requireNumber(who, 'emaMomentum', config.emaMomentum ?? 0.99, 0, 1),
    emaOverwriteFrequency: isAbsent(config.emaOverwriteFrequency)
      ? null
      : requireInteger(who, 'emaOverwriteFrequency', config.emaOverwriteFrequency, 1),
    lossScaleFactor: orNull('lossScaleFactor', Number.MIN_VALUE),
    gradientAccumulationSteps: isAbsent(config.gradientAccumulationSteps)
      ? null
      : requireInteger(who, 'gradientAccumulationSteps', config.gradientAccumulationSteps, 2),
  };
}

/** A learning rate that was handed over, as a number or a schedule. */
export function resolveLearningRate(who: string, rate: number | ScheduleIdentifier): number | LearningRateSchedule {
  if (typeof rate === 'number') return requireNumber(who, 'learningRate', rate, 0, Number.MAX_VALUE);
  if (rate instanceof LearningRateSchedule || asSerialized(rate)) return getSchedule(rate);
  throw new ArgumentError(who, 'learningRate', 'a number or a learning rate schedule', rate);
}

const isAbsent = (value: unknown): value is null | undefined => value === null || value === undefined;
