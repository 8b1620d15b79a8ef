import {
  type GoldenCase,
  GoldenCheck,
  type GoldenGroup,
  type GoldenOutcome,
  missing,
  resolveGolden,
} from '@capas/core/testing';
import {
  type Dataset,
  normalize,
  padSequences,
  splitDataset,
  timeseriesDatasetFromArray,
  toCategorical,
} from '@capas/datasets';

/** The functions of `keras.utils` that exist here, called with the inputs of a case and its options. */
const functions: Readonly<Record<string, (inputs: readonly never[], options: never) => unknown>> = {
  normalize: ([data], options) => normalize(data!, options),
  pad_sequences: ([data], options) => padSequences(data!, options),
  to_categorical: ([data], options) => toCategorical(data!, options),
  split_dataset: async ([data], options) => {
    const sides = (await splitDataset(data, options)) as Dataset<unknown>[];
    return Promise.all(sides.map(async (side) => (await side.batch(side.size!).toArray())[0]));
  },
  timeseries_dataset_from_array: async ([data, targets], options) => {
    const batches = await timeseriesDatasetFromArray(data!, targets!, options).toArray();
    return batches.map((batch: unknown) => (Array.isArray(batch) ? batch : [batch]));
  },
};

/** Runs a case of `utils.json`. */
export async function runUtilityCase(golden: GoldenCase, group: GoldenGroup): Promise<GoldenOutcome> {
  const name = golden.function as string;
  const utility = functions[name];
  if (!utility) return missing(golden, name);
  const check = new GoldenCheck(golden, group);
  try {
    const inputs = Object.values(resolveGolden(golden.inputs, group) as object) as never[];
    const result = await utility(inputs, camelKeys(golden.args as Record<string, unknown>) as never);
    check.close('result', result, resolveGolden(golden.expected ?? golden.expectedBatches, group));
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
