/** Two operands that broadcast, as a grid of rows and columns; how far each goes on with the next row and column. */
export interface Grid {
  readonly shape: number[];
  readonly rows: number;
  readonly columns: number;
  readonly aRow: number;
  readonly bRow: number;
  readonly aColumn: 0 | 1;
  readonly bColumn: 0 | 1;
}

/**
 * Joins axes that behave alike, and returns `undefined` if more than two remain, if nothing is to be done, or if the
 * shapes do not fit.
 */
export function gridOf(a: readonly number[], b: readonly number[]): Grid | undefined {
  const rank = Math.max(a.length, b.length);
  const shape = new Array<number>(rank);
  let [columns, rows] = [1, 1];
  let [inner, outer]: [Way | undefined, Way | undefined] = [undefined, undefined];
  for (let i = 1; i <= rank; i++) {
    const [left, right] = [a[a.length - i] ?? 1, b[b.length - i] ?? 1];
    if (left !== right && left !== 1 && right !== 1) return undefined;
    const size = left === 1 ? right : left;
    shape[rank - i] = size;
    if (size === 0) return undefined;
    if (size === 1) continue;
    const way: Way = left === right ? 'both' : left === 1 ? 'b' : 'a';
    if (!outer && (inner ?? way) === way) {
      inner = way;
      columns *= size;
    } else if ((outer ?? way) === way) {
      outer = way;
      rows *= size;
    } else return undefined;
  }
  const columnOf = (operand: Way): 0 | 1 => ((inner ?? 'both') === 'both' || inner === operand ? 1 : 0);
  const rowOf = (operand: Way): number =>
    outer === 'both' || outer === operand ? (columnOf(operand) === 1 ? columns : 1) : 0;
  return { shape, rows, columns, aRow: rowOf('a'), bRow: rowOf('b'), aColumn: columnOf('a'), bColumn: columnOf('b') };
}

/** Which operands change along an axis. */
type Way = 'both' | 'a' | 'b';
