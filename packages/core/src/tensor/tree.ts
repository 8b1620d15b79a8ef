import type { HostArray } from './host-array.ts';
import type { Tensor } from './tensor.ts';
import type { TensorLike } from './to-tensor.ts';
import type { Variable } from './variable.ts';

/** What may stand for several tensors: a tensor, `null`, or lists and records of them. A list of numbers is one tensor. */
export type Tree = TensorLike | null | undefined | readonly Tree[] | { readonly [name: string]: Tree };

type Numbers = number | boolean | string | readonly Numbers[];

type Leaf = Tensor | Variable | HostArray | Numbers | Float32Array | Int32Array | Uint8Array;

/** A {@link Tree} with a tensor in each place. */
export type TensorsOf<T> = T extends null | undefined
  ? null
  : T extends Leaf
    ? Tensor
    : { [Key in keyof T]: TensorsOf<T[Key]> };

/** The form of a tree without what stands in it: `'leaf'`, `null`, or lists and records of these. */
export type TreeForm = 'leaf' | null | readonly TreeForm[] | { readonly [name: string]: TreeForm };

/** What stands in a tree, in order (records by name), and its form. */
export function flattenTree(tree: Tree): { readonly leaves: readonly TensorLike[]; readonly form: TreeForm } {
  const leaves: TensorLike[] = [];
  const visit = (node: Tree): TreeForm => {
    if (node === null || node === undefined) return null;
    if (Array.isArray(node) && (node as readonly Tree[]).some(isNode)) return (node as readonly Tree[]).map(visit);
    if (isRecord(node)) {
      const names = Object.keys(node).sort();
      return Object.fromEntries(names.map((name) => [name, visit(node[name])]));
    }
    leaves.push(node as TensorLike);
    return 'leaf';
  };
  const form = visit(tree);
  return { leaves, form };
}

/** A tree of a form, with the given leaves in its places. */
export function buildTree(form: TreeForm, leaves: readonly Tensor[]): unknown {
  const rest = leaves.values();
  const visit = (node: TreeForm): unknown => {
    if (node === null) return null;
    if (node === 'leaf') return rest.next().value;
    if (isForms(node)) return node.map(visit);
    return Object.fromEntries(Object.entries(node).map(([name, part]) => [name, visit(part)]));
  };
  return visit(form);
}

/** Whether two forms are the same. */
export const sameForm = (a: TreeForm, b: TreeForm): boolean => JSON.stringify(a) === JSON.stringify(b);

/** A form as text: `[leaf, {h: leaf}]`. */
export const showForm = (form: TreeForm): string => JSON.stringify(form).replaceAll('"', '').replaceAll(',', ', ');

/** Whether an item of a list makes that list a tree: anything but numbers, and lists of them. */
const isNode = (item: Tree): boolean =>
  Array.isArray(item) ? (item as readonly Tree[]).some(isNode) : typeof item === 'object' || item === undefined;

const isForms = (form: TreeForm): form is readonly TreeForm[] => Array.isArray(form);

function isRecord(node: Tree): node is { readonly [name: string]: Tree } {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return false;
  const prototype: unknown = Object.getPrototypeOf(node);
  return prototype === Object.prototype || prototype === null;
}
