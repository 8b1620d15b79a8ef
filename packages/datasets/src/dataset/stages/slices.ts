import { ArgumentError, HostArray, show } from '@capas/core';
import { isLeaf } from '../element.ts';
import type { Item, Opening, Stage } from '../stage.ts';

/** The rows of arrays of one length, in a tree. */
export function slicesStage<T>(name: string, arrays: unknown): Stage<T> {
  const lengths: number[] = [];
  const columns = mapLeaves(arrays, (leaf) => {
    const column = columnOf(name, leaf);
    lengths.push(column.length);
    return column;
  });
  const size = lengths[0];
  if (size === undefined) throw new ArgumentError(name, 'arrays', 'one array or more, in lists or records', arrays);
  if (lengths.some((length) => length !== size))
    throw new ArgumentError(name, 'arrays', 'of one length', lengths, 'These are their lengths.');
  const item = (row: number): Item<T> => ({
    value: mapLeaves(columns, (column) => (column as Column).at(row)) as T,
    origin: { source: name, unit: 'row', rows: [row], count: 1 },
  });
  return {
    name,
    inputs: [],
    size,
    async *open({ skip }) {
      for (let row = skip; row < size; row++) yield item(row);
    },
    rows: {
      source: name,
      unit: 'row',
      gather: (rows) => mapLeaves(columns, (column) => (column as Column).take(rows)),
      *order({ skip }: Opening) {
        for (let row = skip; row < size; row++) yield row;
      },
    },
  };
}

/** One array by rows. */
class Column {
  readonly length: number;
  readonly at: (row: number) => unknown;
  readonly take: (rows: readonly number[]) => HostArray;

  constructor(array: HostArray, at: (row: number) => unknown) {
    this.length = array.length;
    this.at = at;
    this.take = (rows) => array.take(rows);
  }
}

/** Lists give their items; arrays give arrays. */
function columnOf(who: string, leaf: unknown): Column {
  if (Array.isArray(leaf)) return new Column(HostArray.from(leaf), (row) => (leaf as unknown[])[row]);
  const array =
    leaf instanceof HostArray ? leaf : ArrayBuffer.isView(leaf) ? new HostArray(leaf as Float32Array) : null;
  if (!array || array.rank === 0) throw new ArgumentError(who, 'arrays', 'HostArrays, typed arrays or lists', leaf);
  return new Column(array, (row) => array.at(row));
}

function mapLeaves(node: unknown, convert: (leaf: unknown) => unknown): unknown {
  if (node instanceof Column || isLeaf(node)) return convert(node);
  if (Array.isArray(node)) return node.map((part) => mapLeaves(part, convert));
  if (typeof node !== 'object' || node === null) throw new ArgumentError('Dataset', 'arrays', 'arrays', show(node));
  return Object.fromEntries(Object.entries(node).map(([key, part]) => [key, mapLeaves(part, convert)]));
}
