import type { Variable } from '@capas/core';
import { Layer } from '../layer.ts';
import type { Model } from '../models/model.ts';
import { snakeCase } from '../naming.ts';
import { LossScaleOptimizer } from '../optimizers/loss-scale-optimizer.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';

/** The variables of one object of a model, and where Keras keeps them in a file. */
export interface StateNode {
  /** The path of its group: `layers/bidirectional/forward_layer/cell`; empty for the model itself. */
  readonly path: string;
  readonly name: string;
  readonly variables: readonly Variable[];
  readonly object: Layer | Optimizer;
}

/**
 * Everything in a model that has state, each once, in Keras's order: the model, its layers, the layers inside them, the
 * optimizer. Groups are named after classes and properties and not after layers, whose names change from run to run.
 *
 * @see Keras 3, `keras/src/saving/saving_lib.py`
 */
export function stateTree(model: Model): readonly StateNode[] {
  const nodes: StateNode[] = [];
  const seen = new Set<object>();
  visitLayer(model as unknown as Layer, '');
  if (model.isCompiled) visitOptimizer(model.optimizer, 'optimizer');
  return nodes;

  function visitLayer(layer: Layer, path: string): void {
    if (seen.has(layer)) return;
    seen.add(layer);
    nodes.push({ path, name: layer.name, variables: layer.ownWeights, object: layer });
    for (const [name, child] of childrenOf(layer)) visit(child, join(path, name));
  }

  function visit(value: unknown, path: string): void {
    if (value instanceof Layer) visitLayer(value, path);
    else if (isContainer(value)) visitContainer(value, path);
  }

  /** Things in a list or record are named after their classes, and numbered. */
  function visitContainer(container: Container, path: string): void {
    if (seen.has(container)) return;
    seen.add(container);
    const unique = uniqueNames();
    for (const value of itemsOf(container)) {
      if (value instanceof Layer) visitLayer(value, join(path, unique(snakeCase(classNameOf(value)))));
      else if (isContainer(value)) visitContainer(value, join(path, unique('container')));
    }
  }

  function visitOptimizer(optimizer: Optimizer, path: string): void {
    nodes.push({ path, name: optimizer.name, variables: optimizer.variables, object: optimizer });
    if (optimizer instanceof LossScaleOptimizer) {
      visitOptimizer(optimizer.config.innerOptimizer, join(path, 'inner_optimizer'));
      return;
    }
    const unique = uniqueNames();
    for (const inner of optimizer.innerOptimizers)
      visitOptimizer(inner, join(path, `optimizers/${unique(snakeCase(classNameOf(inner)))}`));
  }
}

/** What a layer holds, by Keras's names for it, in their order. */
function childrenOf(layer: Layer): readonly (readonly [name: string, value: unknown])[] {
  const { savedLayers } = layer as Partial<Pick<Model, 'savedLayers'>>;
  const { savedNames = {} } = layer.constructor as { readonly savedNames?: Readonly<Record<string, string>> };
  const first = savedLayers ? [['layers', savedLayers] as const] : [];
  const own = Object.keys(layer)
    .filter((key) => key !== 'config')
    .map((key) => [savedNames[key] ?? snakeCase(key), layer[key as keyof Layer]] as const);
  return [...first, ...own.sort(([a], [b]) => (a < b ? -1 : 1))];
}

type Container = readonly unknown[] | ReadonlyMap<unknown, unknown> | Readonly<Record<string, unknown>>;

const isContainer = (value: unknown): value is Container =>
  Array.isArray(value) || value instanceof Map || (typeof value === 'object' && value?.constructor === Object);

function itemsOf(container: Container): readonly unknown[] {
  if (Array.isArray(container)) return container;
  return container instanceof Map ? [...container.values()] : Object.values(container);
}

const classNameOf = (thing: Layer | Optimizer): string => (thing.constructor as typeof Layer).className;

const join = (path: string, name: string): string => (path === '' ? name : `${path}/${name}`);

/** `dense`, `dense_1`, `dense_2` … */
function uniqueNames(): (name: string) => string {
  const counts = new Map<string, number>();
  return (name) => {
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return count === 0 ? name : `${name}_${count}`;
  };
}
