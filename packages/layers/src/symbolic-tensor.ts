import { type DType, type PartialShape, showShape } from '@capas/core';
import type { Layer } from './layer.ts';
import type { CallOptions } from './layer-config.ts';
import type { Structure } from './structure.ts';

/** One call of a layer on symbolic tensors: an edge bundle of the graph of a functional model. */
export interface GraphNode {
  readonly layer: Layer;
  /** Those that it was called on, then those in its options. */
  readonly inputs: readonly SymbolicTensor[];
  /** How those that it was called on were given: one, a list, or by name. */
  readonly inputStructure: Structure<SymbolicTensor>;
  readonly outputs: readonly SymbolicTensor[];
  /** What else it was called with; symbolic tensors may stand in it. */
  readonly options: CallOptions;
}

/**
 * A tensor without values: what `input({ shape })` returns and what layers pass on while a functional model is built.
 * Its shape has `null` where the size is known only when data comes.
 */
export class SymbolicTensor {
  readonly shape: PartialShape;
  readonly dtype: DType;
  readonly name: string;
  /** The call that makes it; set once, when the call is recorded. */
  node: GraphNode | undefined;

  constructor(shape: PartialShape, dtype: DType, name: string) {
    this.shape = Object.freeze([...shape]);
    this.dtype = dtype;
    this.name = name;
  }

  /** The number of dimensions. */
  get rank(): number {
    return this.shape.length;
  }

  toString(): string {
    return `SymbolicTensor '${this.name}' ${this.dtype} ${showShape(this.shape)}`;
  }
}

export const isSymbolic = (value: unknown): value is SymbolicTensor => value instanceof SymbolicTensor;

/** Whether anything in a structure is symbolic. */
export const hasSymbolic = (value: unknown): boolean =>
  isSymbolic(value) ||
  (typeof value === 'object' &&
    value !== null &&
    (Array.isArray(value) || value.constructor === Object) &&
    Object.values(value).some(isSymbolic));

/** The symbolic tensors among the options of a call, also in lists. */
export const symbolsIn = (options: object): SymbolicTensor[] => Object.values(options).flat().filter(isSymbolic);

/** The options with values in the place of symbolic tensors. */
export const withValues = <Options extends object, Value>(
  options: Options,
  replace: (symbol: SymbolicTensor) => Value,
): Options => {
  const fill = (item: unknown): unknown =>
    isSymbolic(item) ? replace(item) : Array.isArray(item) && item.some(isSymbolic) ? item.map(fill) : item;
  return Object.fromEntries(Object.entries(options).map(([key, item]) => [key, fill(item)])) as Options;
};
