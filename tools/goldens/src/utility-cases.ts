import {
  type GoldenCase,
  GoldenCheck,
  type GoldenGroup,
  type GoldenOutcome,
  missing,
  resolveGolden,
} from '@capas/core/testing';
import { normalize, padSequences, toCategorical } from '@capas/datasets';

/** The functions of `keras.utils` that exist here. All take their data first and their options second. */
const functions: Readonly<Record<string, (data: never, options: never) => unknown>> = {
  normalize,
  pad_sequences: padSequences,
  to_categorical: toCategorical,
};

/** Runs a case of `utils.json`. */
export function runUtilityCase(golden: GoldenCase, group: GoldenGroup): GoldenOutcome {
  const name = golden.function as string;
  const utility = functions[name];
  if (!utility) return missing(golden, name);
  const check = new GoldenCheck(golden, group);
  try {
    const [data] = Object.values(resolveGolden(golden.inputs, group) as object);
    check.close(
      'result',
      utility(data as never, camelKeys(golden.args as Record<string, unknown>) as never),
      resolveGolden(golden.expected, group),
    );
  } catch (error) {
    check.fail((error as Error).message);
  }
  return check.outcome;
}

/** `num_classes` → `numClasses` */
const camelKeys = (args: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(args).map(([key, value]) => [
      key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
