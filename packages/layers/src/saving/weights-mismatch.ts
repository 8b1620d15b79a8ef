import { CapasError, sameShape, showShape, type Variable } from '@capas/core';
import type { Model } from '../models/model.ts';

/** Weights of another number or shape than the model has, or weights that are missing. Nothing was changed. */
export class WeightsMismatchError extends CapasError {
  override name = 'WeightsMismatchError';
}

/** An error that says what does not fit, a sentence each. */
export function weightsMismatch(model: Model, source: string, problems: readonly string[]): WeightsMismatchError {
  const lines = problems.map((text) => `\n  ${text}`).join('');
  return new WeightsMismatchError(
    `Model '${model.name}' does not fit the weights in ${source}. Nothing was changed.${lines}`,
  );
}

/** The first of as many values whose shape is not that of its variable, as a sentence; `undefined` if all fit. */
export function wrongShape(
  who: string,
  variables: readonly Variable[],
  values: readonly { readonly shape: readonly number[] }[],
): string | undefined {
  const i = variables.findIndex(({ shape }, at) => !sameShape(shape, values[at]!.shape));
  if (i < 0) return undefined;
  return `${who}: ${variables[i]!.name} has the shape ${showShape(variables[i]!.shape)}. The file has ${showShape(values[i]!.shape)}.`;
}
