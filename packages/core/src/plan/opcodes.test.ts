import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { scalarFunctions } from '../program/scalar-functions.ts';
import { DISTRIBUTIONS, DTYPES, FLAGS, FUNCTIONS, OPCODES, ORDERS, REDUCE_KINDS } from './opcodes.ts';
import { spelledOut } from './spelled-out.ts';

const tables = {
  OP: OPCODES,
  ORDER: ORDERS,
  REDUCE: REDUCE_KINDS,
  DISTRIBUTION: DISTRIBUTIONS,
  FN: FUNCTIONS,
  FLAG: FLAGS,
  DTYPE: DTYPES,
};

test.each(['../../../../crates/runtime/src/codes.rs', '../../../backend-cpu/wasm/codes.ts'])(
  '%s has the numbers of the tables (if not: `pnpm codes`)',
  (path) => {
    const text = readFileSync(new URL(path, import.meta.url), 'utf8');
    const written = [...text.matchAll(/const (\w+): i32 = (\d+);/g)].map(([, name, value]) => [name, Number(value)]);
    const expected = Object.entries(tables).flatMap(([prefix, table]) =>
      Object.entries(table).map(([name, value]) => [
        `${prefix}_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`,
        value,
      ]),
    );
    expect(written).toEqual(expected);
  },
);

test('every scalar function has a number, or is spelled out', () => {
  const coded = Object.keys(scalarFunctions).filter((name) => !spelledOut[name]);
  expect(Object.keys(FUNCTIONS)).toEqual(['constant', ...coded]);
});

test.each(Object.entries({ ...tables, FLAG: {} }))('the numbers of %s are 0, 1, 2 …', (_, table) => {
  const numbers = Object.values(table);
  expect(numbers).toEqual(numbers.map((_, i) => i));
});
