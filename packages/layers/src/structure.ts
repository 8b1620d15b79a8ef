/** One thing, a list of things, or things by name: the form in which models take inputs and give outputs. */
export type Structure<T> = T | readonly T[] | Readonly<Record<string, T>>;

/** The leaves of a structure, lists in order, records by their keys as they were written. */
export function flatten<T>(structure: Structure<T>, isLeaf: (value: unknown) => boolean): T[] {
  if (isLeaf(structure)) return [structure as T];
  return Object.values(structure as Record<string, T>);
}

/** A structure like `like` with other leaves. */
export function pack<T, U>(
  like: Structure<T>,
  leaves: readonly U[],
  isLeaf: (value: unknown) => boolean,
): Structure<U> {
  if (isLeaf(like)) return leaves[0]!;
  if (Array.isArray(like)) return leaves.slice(0, like.length);
  return Object.fromEntries(Object.keys(like as object).map((key, i) => [key, leaves[i]!]));
}
