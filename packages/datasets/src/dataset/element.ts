import { ArgumentError, HostArray, show } from '@capas/core';

/** An array that knows its dtype. */
export type TypedArray = Float32Array | Int32Array | Uint8Array;

type Primitive = number | string | boolean;

/** Numbers or texts, in lists as deep as one likes: one array. */
export type NestedList = readonly Primitive[] | readonly NestedList[];

/**
 * What a leaf of an element may be. Lists of numbers are arrays; a list with anything else in it is a tuple, so that `[[1, 2], 0]` is
 * a pair.
 */
export type Leaf = HostArray | TypedArray | Primitive | NestedList;

/** An element that was joined with others: a `HostArray`, one axis longer, in place of each leaf. */
export type Batched<T> = T extends Leaf ? HostArray : { [Key in keyof T]: Batched<T[Key]> };

/** The elements of arrays: their rows. A `HostArray` gives HostArrays, those of labels are of rank 0; a list gives its items. */
export type RowOf<T> = T extends HostArray | TypedArray
  ? HostArray
  : T extends readonly (infer Item extends Primitive | NestedList)[]
    ? Widened<Item>
    : { -readonly [Key in keyof T]: RowOf<T[Key]> };

type Widened<T> = T extends number ? number : T extends string ? string : T extends boolean ? boolean : T;

/** Whether a value is one array or scalar, and not a tuple or record. */
export function isLeaf(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPrimitive) || (value.every(Array.isArray) && value.every(isLeaf));
  return !isRecord(value);
}

/** A leaf as an array. */
export function leafToArray(who: string, leaf: unknown): HostArray {
  if (leaf instanceof HostArray) return leaf;
  if (leaf instanceof Float32Array || leaf instanceof Int32Array || leaf instanceof Uint8Array)
    return new HostArray(leaf);
  if (isPrimitive(leaf) || Array.isArray(leaf)) return HostArray.from(leaf);
  throw new ArgumentError(who, 'element', 'made of arrays, numbers and texts', leaf);
}

/**
 * Goes through elements of one form together: `join` makes one leaf of the leaves in each place.
 *
 * @throws ArgumentError if the elements are not of one form
 */
export function joinElements(
  who: string,
  elements: readonly unknown[],
  join: (leaves: readonly unknown[], path: string) => unknown,
): unknown {
  const visit = (nodes: readonly unknown[], path: string): unknown => {
    const [first] = nodes;
    if (isLeaf(first)) {
      requireAll(who, nodes, isLeaf, path, first);
      return join(nodes, path);
    }
    if (Array.isArray(first)) {
      requireAll(
        who,
        nodes,
        (node) => Array.isArray(node) && !isLeaf(node) && node.length === first.length,
        path,
        first,
      );
      return first.map((_, i) =>
        visit(
          nodes.map((node) => (node as unknown[])[i]),
          `${path}[${i}]`,
        ),
      );
    }
    const keys = Object.keys(first as object);
    const hasKeys = (node: unknown) =>
      isRecord(node) && Object.keys(node).length === keys.length && keys.every((key) => key in node);
    requireAll(who, nodes, hasKeys, path, first);
    const part = (key: string) =>
      visit(
        nodes.map((node) => (node as Record<string, unknown>)[key]),
        `${path}.${key}`,
      );
    return Object.fromEntries(keys.map((key) => [key, part(key)]));
  };
  return visit(elements, '');
}

function requireAll(
  who: string,
  nodes: readonly unknown[],
  fits: (node: unknown) => boolean,
  path: string,
  first: unknown,
): void {
  const other = nodes.find((node) => !fits(node));
  if (other === undefined && nodes.every(fits)) return;
  throw new ArgumentError(who, `element${path}`, `of the form of the first, ${show(first)}`, other);
}

const isPrimitive = (value: unknown): value is Primitive =>
  typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
