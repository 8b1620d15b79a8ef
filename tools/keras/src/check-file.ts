import type { HostArray, Variable } from '@capas/core';
import type { Model } from '@capas/layers';
import { flat, hostOf, outputsOf, pack } from './exchange.ts';

/** A file of ours that Keras is to open, and what it is to find there. */
export interface FileCheck {
  readonly id: string;
  readonly file: string;
  /** How far outputs may be apart. */
  readonly limit: number;
  /** A file of Keras with the model, for files of weights alone. */
  readonly original?: string;
  readonly inputs: unknown;
  readonly outputs: unknown;
  readonly weights: unknown;
  /** The variables of the optimizer; `null` if the model is not compiled. */
  readonly optimizer: unknown;
  /** Steps that Keras is to make after it has opened the file, and what they give. */
  readonly resume?: unknown;
}

/** What came of one check, by either side. */
export interface Verdict {
  readonly id: string;
  readonly problems: readonly string[];
  /** The largest difference of an output from ours, in units of the largest output, or of 1. */
  readonly worst: number;
  readonly limit: number;
}

/**
 * How far outputs of the two may be apart: parts of the largest output, or of 1, which is some ten roundings of float32. Where the
 * golden case says that more is due (logarithms of small sums, tables of bicubic weights), that.
 */
export const limitOf = ({ tol }: { readonly tol?: { readonly atol: number } }): number =>
  Math.max(1e-6, tol?.atol ?? 0);

/** What came of a comparison. */
type Found = Pick<Verdict, 'problems' | 'worst'>;

/** What Keras is to find in a file of this model. */
export async function expectationOf(model: Model, inputs: unknown): Promise<Omit<FileCheck, 'id' | 'file' | 'limit'>> {
  return {
    inputs: pack(inputs),
    outputs: pack(await predict(model, inputs)),
    weights: packWeights(model),
    optimizer: model.isCompiled ? packValues(model.optimizer.variables) : null,
  };
}

/** The weights of a model, as they go over to Keras. */
export const packWeights = (model: Model): unknown => packValues(model.weights);

const packValues = (variables: readonly Pick<Variable, 'value'>[]): unknown =>
  pack(variables.map(({ value }) => hostOf(value)));

/** The outputs of a model for all inputs at once, those by name in the order of the names. */
export async function predict(model: Model, inputs: unknown): Promise<readonly HostArray[]> {
  const { length = 32 } = flat(inputs, isHostArray)[0] ?? {};
  return outputsOf(await model.predict(inputs as HostArray, { batchSize: Math.max(1, length) }));
}

const isHostArray = (value: unknown): value is HostArray =>
  typeof value === 'object' && value !== null && 'data' in value && 'shape' in value;

/** The bytes of a model as a `.keras` file. */
export async function savedBytes(model: Model): Promise<Uint8Array> {
  let written = new Uint8Array();
  await model.save({
    write: async (bytes) => {
      written = Uint8Array.from(bytes);
    },
  });
  return written;
}

/** Largest difference of two lists of arrays: absolute up to a largest value of 1, else relative to it. */
export function difference(actual: readonly HostArray[], expected: readonly HostArray[]): Found {
  if (actual.length !== expected.length)
    return { problems: [`${actual.length} outputs instead of ${expected.length}`], worst: Number.POSITIVE_INFINITY };
  const each = expected.map((wanted, i) => differenceOf(actual[i]!, wanted));
  return { problems: each.flatMap(({ problems }) => problems), worst: Math.max(0, ...each.map(({ worst }) => worst)) };
}

function differenceOf(actual: HostArray, expected: HostArray): Found {
  const failed = (problem: string) => ({ problems: [problem], worst: Number.POSITIVE_INFINITY });
  if (String(actual.shape) !== String(expected.shape))
    return failed(`outputs of shape [${actual.shape}] instead of [${expected.shape}]`);
  if (expected.dtype === 'string')
    return String(actual.data) === String(expected.data) ? { problems: [], worst: 0 } : failed('other texts');
  const values = Array.from({ length: expected.size }, (_, i) => [actual.get(i), expected.get(i)] as const);
  const finite = values.filter(([, e]) => Number.isFinite(e));
  if (values.some(([a, e]) => !Number.isFinite(e) && !Object.is(a, e))) return failed('other infinities or NaN');
  const scale = finite.reduce((most, [, e]) => Math.max(most, Math.abs(e)), 1);
  const worst =
    finite.reduce((most, [a, e]) => Math.max(most, Number.isNaN(a) ? Infinity : Math.abs(a - e)), 0) / scale;
  return { problems: [], worst };
}
