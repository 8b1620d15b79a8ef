import { einsum as contract, fill, mul, reshape } from '@tensorflow/tfjs-core';
import { lowerEinsum } from './einsum-lowering.ts';
import { callWhole } from './lowering.ts';
import type { Attributes, KernelSpec } from './spec.ts';

/** Sums of products of one or two tensors by an equation such as `'bij,bjk->bik'`. */
export const einsum: KernelSpec = {
  name: 'Einsum',
  inputs: 'list',
  kind: 'dot',
  infer: (inputs, attrs) => {
    const { terms, result } = parse(attrs);
    const sizes = new Map(terms.flatMap((term, i) => [...term].map((label, axis) => [label, inputs[i]!.shape[axis]!])));
    return { shape: [...result].map((label) => sizes.get(label)!), dtype: inputs[0]!.dtype };
  },
  gradient: {
    saves: { inputs: 'all' },
    // the roles of one operand and the result are exchanged; labels that only this operand has were summed: there the
    // gradient is the same all along
    run: ({ dy, inputList, attrs }) => {
      const { terms, result } = parse(attrs);
      return Object.fromEntries(
        inputList.map(({ shape }, i) => {
          const others = terms.filter((_, j) => j !== i);
          const known = [...terms[i]!].filter(
            (label) => result.includes(label) || others.some((o) => o.includes(label)),
          );
          const equation = `${[result, ...others].join(',')}->${known.join('')}`;
          const stretched = [...terms[i]!].map((label, axis) => (known.includes(label) ? shape[axis]! : 1));
          return [
            i,
            () => {
              const gradient = contract(equation, dy, ...inputList.filter((_, j) => j !== i));
              return known.length === shape.length ? gradient : mul(reshape(gradient, stretched), fill(shape, 1));
            },
          ];
        }),
      );
    },
  },
  lower: ({ builder, inputList, attrs }) => {
    const { terms, result } = parse(attrs);
    return lowerEinsum(builder, { terms, result, inputs: inputList }) ?? callWhole(builder, 'Einsum', inputList, attrs);
  },
};

function parse({ equation }: Attributes): { terms: string[]; result: string } {
  const [left, result] = (equation as string).replaceAll(' ', '').split('->') as [string, string];
  return { terms: left.split(','), result };
}
