import { ArgumentError, StateError, type Variable } from '@capas/core';
import { requireInner } from './inner-optimizer.ts';
import type { Optimizer } from './optimizer.ts';

/** Options of {@link OptimizerMap}. */
export interface OptimizerMapConfig {
  /** For the variables that no key fits. */
  readonly defaultOptimizer: Optimizer;
  /** Optimizers by paths of variables, or by regular expressions that fit whole paths. */
  readonly optimizerMap?: Readonly<Record<string, Optimizer>> | null;
}

/**
 * Which optimizer a variable has, by its path (`'encoder/dense/kernel'`): that under the very path, else that under the one
 * regular expression that fits the whole path, else the default.
 *
 * @throws StateError where two expressions fit
 * @see Keras 3, `keras/src/optimizers/multi_optimizer.py`
 * @example
 * new OptimizerMap({ defaultOptimizer: adam(), optimizerMap: { '.*encoder/.*': sgd() } });
 */
export class OptimizerMap implements Iterable<readonly [key: string, optimizer: Optimizer]> {
  static readonly className = 'OptimizerMap';
  readonly defaultOptimizer: Optimizer;
  readonly #optimizers = new Map<string, Optimizer>();
  readonly #patterns = new Map<string, RegExp>();

  constructor({ defaultOptimizer, optimizerMap }: OptimizerMapConfig) {
    this.defaultOptimizer = requireInner('OptimizerMap', 'defaultOptimizer', defaultOptimizer);
    const isRecord = typeof optimizerMap === 'object' && !Array.isArray(optimizerMap);
    if (optimizerMap !== undefined && !isRecord)
      throw new ArgumentError('OptimizerMap', 'optimizerMap', 'a record of optimizers', optimizerMap);
    for (const [key, optimizer] of Object.entries(optimizerMap ?? {})) this.set(key, optimizer);
  }

  /** The options that make such a map. */
  get config(): Readonly<{ defaultOptimizer: Optimizer; optimizerMap: Readonly<Record<string, Optimizer>> }> {
    return { defaultOptimizer: this.defaultOptimizer, optimizerMap: Object.fromEntries(this.#optimizers) };
  }

  /** How many keys there are. */
  get size(): number {
    return this.#optimizers.size;
  }

  /** The optimizer for the variable with this path. */
  get(path: string): Optimizer {
    const own = this.#optimizers.get(path);
    if (own) return own;
    const fitting = [...this.#patterns].flatMap(([key, pattern]) => (pattern.test(path) ? [key] : []));
    if (fitting.length > 1) {
      throw new StateError(`OptimizerMap: several keys fit '${path}': ${fitting.map((key) => `'${key}'`).join(', ')}.`);
    }
    return fitting[0] === undefined ? this.defaultOptimizer : this.#optimizers.get(fitting[0])!;
  }

  /** Adds an optimizer under a path or a regular expression. */
  set(key: string, optimizer: Optimizer): this {
    if (this.#optimizers.has(key)) {
      throw new ArgumentError('OptimizerMap', 'key', 'new', key, 'Delete the old one first.');
    }
    this.#patterns.set(key, patternOf(key));
    this.#optimizers.set(key, requireInner('OptimizerMap', 'optimizer', optimizer));
    return this;
  }

  /** Takes a key away; whether it was there. */
  delete(key: string): boolean {
    this.#patterns.delete(key);
    return this.#optimizers.delete(key);
  }

  /** The optimizer of a variable. */
  call({ path }: Variable): Optimizer {
    return this.get(path);
  }

  /** The keys and their optimizers, without the default. */
  [Symbol.iterator](): IterableIterator<[string, Optimizer]> {
    return this.#optimizers.entries();
  }
}

function patternOf(key: string): RegExp {
  try {
    return new RegExp(`^(?:${key})$`);
  } catch {
    throw new ArgumentError('OptimizerMap', 'key', 'a path or a regular expression', key);
  }
}
