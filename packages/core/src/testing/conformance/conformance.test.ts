import { describe, expect, it } from 'vitest';
import { startJsBackend } from '../js-backend.ts';
import { conformanceCases } from './cases/index.ts';
import type { ConformanceCase } from './conformance-case.ts';
import { floats } from './host-tensor.ts';
import { checkCase, kernelsWithoutCase } from './run-conformance.ts';

describe('the conformance suite', () => {
  it('has a case for every kernel that Capas knows', () => {
    expect(kernelsWithoutCase()).toEqual([]);
  });

  it('names each case of a kernel differently', () => {
    const names = conformanceCases.map(({ kernel, name }) => `${kernel}: ${name}`);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it('says what differs', async () => {
    await startJsBackend();
    const one: ConformanceCase = {
      kernel: 'Neg',
      name: 'two',
      inputs: { x: floats([2], [1, 2]) },
      expected: floats([2], [-1, -2]),
    };
    expect(checkCase(one)).toBeUndefined();
    expect(checkCase({ ...one, expected: floats([2], [-1, -2.001]) })).toBe(
      'value 1 is -2 instead of -2.000999927520752.',
    );
    expect(checkCase({ ...one, expected: floats([1, 2], [-1, -2]) })).toBe('shape [2] instead of [1,2].');
    expect(checkCase({ ...one, expected: { ...one.expected, dtype: 'int32' } as never })).toBe(
      'dtype float32 instead of int32.',
    );
    expect(checkCase({ ...one, expected: [] })).toBe('1 outputs instead of 0.');
  });
});
