import { type EitherCase, lookup, type Maker, type Serialized } from '../registry.ts';
import { cosineDecay } from './cosine-decay.ts';
import { cosineDecayRestarts } from './cosine-decay-restarts.ts';
import { exponentialDecay } from './exponential-decay.ts';
import { inverseTimeDecay } from './inverse-time-decay.ts';
import { LearningRateSchedule } from './learning-rate-schedule.ts';
import { piecewiseConstantDecay } from './piecewise-constant-decay.ts';
import { polynomialDecay } from './polynomial-decay.ts';

type Name =
  | 'cosineDecay'
  | 'cosineDecayRestarts'
  | 'exponentialDecay'
  | 'inverseTimeDecay'
  | 'piecewiseConstantDecay'
  | 'polynomialDecay';

/** The names of learning rate schedules, as they stand in serialized ones. */
export type ScheduleName = EitherCase<Name>;

/** What stands for a schedule. A name alone does not: every schedule needs options. */
export type ScheduleIdentifier = LearningRateSchedule | Serialized;

const table: Readonly<Record<Name, Maker<LearningRateSchedule>>> = {
  cosineDecay,
  cosineDecayRestarts,
  exponentialDecay,
  inverseTimeDecay,
  piecewiseConstantDecay,
  polynomialDecay,
};

/** The schedule that a serialized object stands for, or the schedule itself. */
export function getSchedule(identifier: ScheduleIdentifier): LearningRateSchedule {
  return lookup('schedule', identifier, table, (value) => value instanceof LearningRateSchedule);
}
