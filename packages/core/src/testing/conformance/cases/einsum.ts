import type { ConformanceCase } from '../conformance-case.ts';
import { at, build, type HostTensor, indices, randomFloats } from '../host-tensor.ts';

/** The sum over all letters that the result lacks, of products. */
function einsumReference(equation: string, inputs: readonly HostTensor[]): HostTensor {
  const [left, right] = equation.split('->') as [string, string];
  const terms = left.split(',');
  const sizes = new Map<string, number>();
  terms.forEach((term, i) => {
    for (const [axis, letter] of [...term].entries()) sizes.set(letter, inputs[i]!.shape[axis]!);
  });
  const summed = [...sizes.keys()].filter((letter) => !right.includes(letter));
  return build(
    Array.from(right, (letter) => sizes.get(letter)!),
    (index) => {
      let total = 0;
      for (const inner of indices(summed.map((letter) => sizes.get(letter)!))) {
        const value = (letter: string): number =>
          right.includes(letter) ? index[right.indexOf(letter)]! : inner[summed.indexOf(letter)]!;
        total += terms.reduce((product, term, i) => product * at(inputs[i]!, Array.from(term, value)), 1);
      }
      return total;
    },
  );
}

const equations: readonly (readonly [string, ...(readonly number[])[]])[] = [
  ['ij,jk->ik', [3, 4], [4, 5]],
  ['ij,kj->ik', [3, 4], [5, 4]],
  ['ij,jk->ki', [3, 4], [4, 5]],
  ['bij,bjk->bik', [2, 3, 4], [2, 4, 5]],
  ['btnh,bsnh->bnts', [2, 3, 2, 4], [2, 5, 2, 4]],
  ['bnts,bsnh->btnh', [2, 2, 3, 5], [2, 5, 2, 4]],
  ['btd,dnh->btnh', [2, 3, 4], [4, 2, 3]],
  ['i,j->ij', [3], [4]],
  ['i,i->', [5], [5]],
  ['ij,ij->ij', [3, 4], [3, 4]],
  ['ij->ji', [3, 4]],
  ['ij->i', [3, 4]],
  ['ijk->', [2, 3, 4]],
  ['ijk,k->ij', [2, 3, 4], [4]],
  ['ij,k->i', [2, 3], [4]],
];

/** `Einsum`. */
export const einsumCases: readonly ConformanceCase[] = equations.map(([equation, ...shapes]) => {
  const inputs = shapes.map((shape, i) => randomFloats(shape, i + 1));
  return { kernel: 'Einsum', name: equation, inputs, attrs: { equation }, expected: einsumReference(equation, inputs) };
});
