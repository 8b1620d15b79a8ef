import { noticeOnce, readSafetensors, sameShape, showShape, type Variable, writeSafetensors } from '@capas/core';
import type { Model } from '../models/model.ts';
import { Optimizer } from '../optimizers/optimizer.ts';
import { assignHostArray, hostValue } from './host-values.ts';
import { stateTree } from './state-tree.ts';
import type { LoadWeightsOptions } from './weights-file.ts';
import { weightsMismatch } from './weights-mismatch.ts';

/** The weights of a model, without the state of its optimizer, as the bytes of a safetensors file. */
export async function weightsToSafetensors(
  model: Model,
  dtype: 'float32' | 'float16' | 'bfloat16' = 'float32',
): Promise<Uint8Array> {
  const named = await Promise.all(
    [...namedVariables(model)].map(async ([name, variable]) => [name, await hostValue(variable)] as const),
  );
  return writeSafetensors(new Map(named), { dtype, metadata: { format: 'keras' } });
}

/**
 * Sets the weights of a model from a safetensors file, by their names.
 *
 * @throws WeightsMismatchError with what does not fit, before anything is changed
 */
export function weightsFromSafetensors(
  model: Model,
  source: string,
  bytes: Uint8Array,
  { skipMismatch = false }: LoadWeightsOptions = {},
): void {
  const arrays = readSafetensors(bytes, source);
  const variables = namedVariables(model);
  const problems = [...variables].flatMap(([name, { shape }]) => {
    const found = arrays.get(name);
    if (!found) return [`'${name}' is not in the file.`];
    if (sameShape(shape, found.shape)) return [];
    return [`'${name}' has the shape ${showShape(shape)}. The file has ${showShape(found.shape)}.`];
  });
  const others = [...arrays.keys()].filter((name) => !variables.has(name));
  if (others.length > 0) problems.push(`The file also has ${listed(others)}.`);
  if (problems.length > 0 && !skipMismatch) {
    throw weightsMismatch(model, source, problems);
  }
  for (const problem of problems) noticeOnce(`${source}: ${problem}`);
  for (const [name, variable] of variables) {
    const found = arrays.get(name);
    if (found && sameShape(variable.shape, found.shape)) assignHostArray(variable, found);
  }
}

const listed = (names: readonly string[]): string =>
  names
    .slice(0, 4)
    .map((name) => `'${name}'`)
    .join(', ') + (names.length > 4 ? ` and ${names.length - 4} more` : '');

/** Weights by names that do not change from run to run: `layers/dense_1/kernel`, after classes and their order, as Keras has them in files. */
function namedVariables(model: Model): ReadonlyMap<string, Variable> {
  const named = new Map<string, Variable>();
  for (const { path, variables, object } of stateTree(model)) {
    if (object instanceof Optimizer) continue;
    for (const variable of variables) {
      const name = path === '' ? variable.name : `${path}/${variable.name}`;
      let unique = name;
      for (let i = 1; named.has(unique); i++) unique = `${name}_${i}`;
      named.set(unique, variable);
    }
  }
  return named;
}
