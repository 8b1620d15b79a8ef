import { toTensor } from '@capas/core';
import { type GoldenCase, type GoldenGroup, type GoldenOutcome, resolveGolden } from '@capas/core/testing';
import { getSchedule } from '../schedules/index.ts';
import { checkCase } from './golden-case.ts';

interface ScheduleCase {
  readonly className: string;
  readonly args: Record<string, unknown>;
  readonly steps: readonly number[];
  readonly expected: readonly number[];
}

/** Runs a case of `schedules.json`: the rates at some steps. */
export function runScheduleCase(golden: GoldenCase, group: GoldenGroup): GoldenOutcome {
  const { className, args, steps, expected } = resolveGolden(golden, group) as ScheduleCase;
  return checkCase(golden, group, (check) => {
    const schedule = getSchedule({ className, config: args });
    steps.forEach((step, i) => {
      check.close(`step ${step}`, schedule.call(toTensor(step, 'int32')), expected[i]);
    });
  });
}
