import { ArgumentError, HostArray, type HostData } from '@capas/core';

/** The name of a class. */
export type Label = string | number | boolean;

/** A label for each sample. */
export type Labels = readonly Label[] | HostArray | HostData;

/** Labels as a list. @param who who asks, for messages */
export function toLabels(who: string, y: Labels): Label[] {
  const isColumn = y instanceof HostArray && y.size === y.length;
  const data = y instanceof HostArray ? (isColumn ? y.data : undefined) : y;
  if (!Array.isArray(data) && !ArrayBuffer.isView(data))
    throw new ArgumentError(who, 'y', 'a list of labels, one for each sample', y);
  const labels = [...(data as readonly Label[])];
  const types = new Set(labels.map((label) => typeof label));
  const [type = 'none'] = types;
  if (types.size !== 1 || !['string', 'number', 'boolean'].includes(type) || labels.some(Number.isNaN))
    throw new ArgumentError(who, 'y', 'labels that are all strings, all numbers or all booleans', y);
  return labels;
}

/** The different labels in order: numbers by size, strings by their characters. */
export const classesOf = (labels: readonly Label[]): Label[] =>
  [...new Set(labels)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

/** The place of each label among the classes. */
export function toIndices(who: string, labels: readonly Label[], classes: readonly Label[]): Int32Array {
  const places = new Map(classes.map((label, i) => [label, i]));
  return Int32Array.from(labels, (label) => {
    const place = places.get(label);
    if (place === undefined) throw new ArgumentError(who, 'y', `labels among ${classes.join(', ')}`, label);
    return place;
  });
}
