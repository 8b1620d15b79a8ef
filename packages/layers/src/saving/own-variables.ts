import { HostArray } from '@capas/core';
import type { Model } from '../models/model.ts';
import type { H5Reader } from './h5/read-h5.ts';
import type { H5Writer } from './h5/write-h5.ts';
import { type StateNode, stateTree } from './state-tree.ts';

/** A layer with arrays that are no weights: how rare its terms are. They stand beside the weights, under names. */
interface HasOwnVariables {
  saveOwnVariables(): Readonly<Record<string, HostArray>>;
  loadOwnVariables(variables: Readonly<Record<string, HostArray>>): void;
}

/** Writes the arrays of a layer that are no weights. */
export function writeOwnVariables(vars: H5Writer, object: StateNode['object']): void {
  if (!hasOwnVariables(object)) return;
  for (const [name, { shape, data }] of Object.entries(object.saveOwnVariables()))
    vars.array(name, { shape, dtype: 'float32', data: Float32Array.from(data as Float32Array) });
}

/** Reads the arrays that are no weights; what is returned gives them to the layers of a model. */
export function readOwnVariables(model: Model, root: H5Reader): () => void {
  const found = stateTree(model).flatMap(({ path, object }) => {
    const vars = hasOwnVariables(object) ? root.group(`${path}/vars`) : undefined;
    const arrays = (vars?.names ?? []).flatMap((name) => {
      const array = vars!.array(name);
      return array
        ? [[name, new HostArray(Float32Array.from(array.data as Float32Array), [...array.shape])] as const]
        : [];
    });
    return arrays.length > 0
      ? [{ object: object as unknown as HasOwnVariables, arrays: Object.fromEntries(arrays) }]
      : [];
  });
  return () => {
    for (const { object, arrays } of found) object.loadOwnVariables(arrays);
  };
}

const hasOwnVariables = (object: unknown): object is HasOwnVariables =>
  typeof (object as Partial<HasOwnVariables>).loadOwnVariables === 'function';
