import { ArgumentError, CapasError } from './errors.ts';

/**
 * Trees of anything: lists and plain records of lists, records and leaves. Everything else is a leaf, `null` and tensors too. Records
 * are gone through in the order of their keys.
 *
 * @see Keras 3, `keras/src/tree/tree_api.py`
 */

/** Where something stands in a tree: positions in lists, keys of records. */
export type TreePath = readonly (string | number)[];

/** What a function for {@link traverse} returns to put `null` in the place. */
export const MAP_TO_NONE: unique symbol = Symbol('MAP_TO_NONE');

/** Whether a value is a list or a plain record. */
export function isNested(structure: unknown): structure is readonly unknown[] | Readonly<Record<string, unknown>> {
  if (Array.isArray(structure)) return true;
  if (typeof structure !== 'object' || structure === null) return false;
  const prototype: unknown = Object.getPrototypeOf(structure);
  return prototype === Object.prototype || prototype === null;
}

/** The leaves in order. `{ b: 1, a: [2, 3] }` → `[2, 3, 1]` */
export const flatten = (structure: unknown): unknown[] => flattenWithPath(structure).map(([, leaf]) => leaf);

/** The leaves with where they stand. `[{ foo: 42 }]` → `[[[0, 'foo'], 42]]` */
export function flattenWithPath(structure: unknown): [path: TreePath, leaf: unknown][] {
  const found: [TreePath, unknown][] = [];
  const visit = (node: unknown, path: TreePath): void => {
    if (!isNested(node)) found.push([path, node]);
    else for (const [key, child] of childrenOf(node)) visit(child, [...path, key]);
  };
  visit(structure, []);
  return found;
}

/**
 * A tree with `func` of the leaves that stand in one place of all `structures`.
 *
 * @throws CapasError if the structures are not the same
 * @example
 * tree.mapStructure((a, b) => a * b, [2, { x: 3 }], [10, { x: 100 }]); // [20, { x: 300 }]
 */
export function mapStructure(func: (...leaves: never[]) => unknown, ...structures: readonly unknown[]): unknown {
  const [first, ...others] = someOf('mapStructure', structures);
  for (const other of others) assertSameStructure(first, other);
  return mapStructureUpTo(first, func, ...structures);
}

/**
 * As {@link mapStructure}, down to where `shallow` has leaves: what stands there is given to `func` as it is.
 *
 * @throws CapasError if a structure ends before `shallow` does
 * @example
 * tree.mapStructureUpTo([null, null], (row) => row.length, [[1, 1], [2]]); // [2, 1]
 */
export function mapStructureUpTo(
  shallow: unknown,
  func: (...parts: never[]) => unknown,
  ...structures: readonly unknown[]
): unknown {
  someOf('mapStructureUpTo', structures);
  const visit = (node: unknown, parts: readonly unknown[], path: TreePath): unknown => {
    if (!isNested(node)) return func(...(parts as never[]));
    for (const part of parts) requireSameNode(node, part, path);
    return rebuilt(node, (key) =>
      visit(
        childOf(node, key),
        parts.map((part) => childOf(part as object, key)),
        [...path, key],
      ),
    );
  };
  return visit(shallow, structures, []);
}

/** As {@link mapStructure}, where lists of numbers and `null` are shapes and given to `func` as a whole. */
export function mapShapeStructure(func: (shape: (number | null)[]) => unknown, structure: unknown): unknown {
  const visit = (node: unknown): unknown => {
    if (Array.isArray(node) && node.every((dim) => dim === null || typeof dim === 'number')) return func([...node]);
    if (!isNested(node)) throw new ArgumentError('tree.mapShapeStructure', 'structure', 'made of shapes', node);
    return rebuilt(node, (key) => visit(childOf(node, key)));
  };
  return visit(structure);
}

/** A tree like `structure` with other leaves, in order. @throws ArgumentError if their number is another */
export function packSequenceAs(structure: unknown, leaves: readonly unknown[]): unknown {
  const count = flatten(structure).length;
  if (leaves.length !== count) {
    throw new ArgumentError('tree.packSequenceAs', 'leaves', `a list of ${count}, one for each leaf`, leaves);
  }
  const rest = leaves.values();
  return mapStructure(() => rest.next().value, structure);
}

/**
 * Calls `func` with the tree and all its parts, parents first (`topDown`) or last. What it returns takes the place of the part,
 * `MAP_TO_NONE` as `null`; where it returns `undefined` or `null`, the part stays (and, parents first, is gone into).
 */
export function traverse(
  func: (part: unknown) => unknown,
  structure: unknown,
  options: { readonly topDown?: boolean } = {},
): unknown {
  const { topDown = true } = options;
  const visit = (node: unknown): unknown => {
    const early = topDown ? func(node) : undefined;
    if (early !== undefined && early !== null) return replacement(early);
    const whole = isNested(node) ? rebuilt(node, (key) => visit(childOf(node, key))) : node;
    const late = topDown ? undefined : func(whole);
    return late === undefined || late === null ? whole : replacement(late);
  };
  return visit(structure);
}

/** Throws if two trees do not have the same lists and records; leaves may be anything. */
export function assertSameStructure(a: unknown, b: unknown): void {
  const visit = (left: unknown, right: unknown, path: TreePath): void => {
    if (!isNested(left) && !isNested(right)) return;
    requireSameNode(left, right, path);
    for (const [key, child] of childrenOf(left as object)) visit(child, childOf(right as object, key), [...path, key]);
  };
  visit(a, b, []);
}

/** Throws if the leaves of two trees do not stand in the same places. */
export function assertSamePaths(a: unknown, b: unknown): void {
  const pathsOf = (structure: unknown) => flattenWithPath(structure).map(([path]) => JSON.stringify(path));
  const [left, right] = [pathsOf(a), pathsOf(b)];
  const missing = [...left.filter((path) => !right.includes(path)), ...right.filter((path) => !left.includes(path))];
  if (missing.length) throw new CapasError(`tree: only one of two trees has ${missing.join(', ')}.`);
}

type Node = readonly unknown[] | Readonly<Record<string, unknown>>;

const keysOf = (node: object): readonly (string | number)[] =>
  Array.isArray(node) ? [...node.keys()] : Object.keys(node).sort();

const childOf = (node: object, key: string | number): unknown => (node as Record<string | number, unknown>)[key];

const childrenOf = (node: object): [string | number, unknown][] => keysOf(node).map((key) => [key, childOf(node, key)]);

/** A list or record like `node` with other parts, which are made in order. */
function rebuilt(node: Node, part: (key: string | number) => unknown): unknown {
  const parts = new Map(keysOf(node).map((key) => [key, part(key)]));
  if (Array.isArray(node)) return [...parts.values()];
  return Object.fromEntries(Object.keys(node).map((key) => [key, parts.get(key)]));
}

const replacement = (value: unknown): unknown => (value === MAP_TO_NONE ? null : value);

function someOf(who: string, structures: readonly unknown[]): readonly unknown[] {
  if (structures.length > 0) return structures;
  throw new ArgumentError(`tree.${who}`, 'structures', 'one or more', structures);
}

function requireSameNode(a: unknown, b: unknown, path: TreePath): void {
  const [left, right] = [describe(a), describe(b)];
  if (left !== right) {
    throw new CapasError(`tree: the structures differ at [${path.join(', ')}]: ${left} and ${right}.`);
  }
}

function describe(node: unknown): string {
  if (!isNested(node)) return 'a leaf';
  return Array.isArray(node) ? `a list of ${node.length}` : `a record {${keysOf(node).join(', ')}}`;
}
