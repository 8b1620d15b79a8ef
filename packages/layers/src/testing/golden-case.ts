import { scope } from '@capas/core';
import { type GoldenCase, GoldenCheck, type GoldenGroup, type GoldenOutcome } from '@capas/core/testing';

/** Runs the comparisons of a case in a scope; an error fails it. */
export function checkCase(
  golden: GoldenCase,
  group: GoldenGroup,
  compare: (check: GoldenCheck) => void,
): GoldenOutcome {
  const check = new GoldenCheck(golden, group);
  try {
    scope(() => compare(check));
  } catch (error) {
    check.fail(error instanceof Error ? error.message : String(error));
  }
  return check.outcome;
}
