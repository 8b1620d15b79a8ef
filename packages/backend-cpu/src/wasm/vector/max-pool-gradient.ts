import {
  advance,
  type Code,
  type FunctionCode,
  get,
  lanes,
  loadVector,
  loopDown,
  number,
  set,
  storeVector,
  zeroVector,
} from '../assembler.ts';

/**
 * `(x, dy, out, quads, rows, columns, rowStride, columnStride)`: for one window of `rows` by `columns` positions, adds
 * `dy` to `out` where `x` is greatest for the first time, for four channels at a time. NaN is greater than any number.
 */
export const maxPoolGradient: FunctionCode = (() => {
  const [x, dy, out, quads, rows, columns, rowStride, columnStride] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
  const [offset, line, row, column] = [8, 9, 10, 11] as const;
  const [greatest, waiting, value, hit] = [12, 13, 14, 15] as const;
  const at = (base: number): Code => [...get(base), ...get(offset), 0x6a];
  const visit = (body: Code): Code => [
    ...set(line, number(0)),
    ...set(row, get(rows)),
    ...loopDown(row, [
      ...set(offset, get(line)),
      ...set(column, get(columns)),
      ...loopDown(column, [...body, ...advance(offset, get(columnStride))]),
      ...advance(line, get(rowStride)),
    ]),
  ];
  const isHit = lanes.or(lanes.equal(get(value), get(greatest)), lanes.notEqual(get(value), get(value)));
  return {
    name: 'maxPoolGradient',
    parameters: 8,
    integers: 4,
    vectors: 4,
    body: loopDown(quads, [
      ...set(greatest, loadVector(get(x))),
      ...visit(set(greatest, lanes.max(get(greatest), loadVector(at(x))))),
      ...set(waiting, lanes.equal(zeroVector, zeroVector)),
      ...visit([
        ...set(value, loadVector(at(x))),
        ...set(hit, lanes.and(isHit, get(waiting))),
        ...set(waiting, lanes.xor(get(waiting), get(hit))),
        ...storeVector(at(out), lanes.add(loadVector(at(out)), lanes.and(loadVector(get(dy)), get(hit)))),
      ]),
      ...[x, dy, out].flatMap((place) => advance(place, number(16))),
    ]),
  };
})();
