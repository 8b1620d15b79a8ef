import { ArgumentError, sizeOf } from '@capas/core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type Block, type Space, type SpaceKernel, withScratch } from './space.ts';
import { copyStrided, stridesOf } from './strided.ts';

/**
 * Sums of products by letters, `'bij,bjk->bik'`: letters that only one operand has and the result lacks are summed
 * first, what is left is a batch of matrix products. One or two operands, no letter twice in one.
 *
 * @throws ArgumentError for anything else.
 */
export const einsum: SpaceKernel = {
  name: 'Einsum',
  run: ({ space, inputs, attrs }) => {
    const equation = String(attrs.equation).replaceAll(/\s/g, '');
    const operands = Object.values(inputs);
    const match = /^([a-zA-Z]*)(?:,([a-zA-Z]*))?->([a-zA-Z]*)$/.exec(equation);
    const terms = match ? [match[1]!, ...(match[2] === undefined ? [] : [match[2]])] : [];
    const result = match?.[3] ?? '';
    if (!match || terms.length !== operands.length || [...terms, result].some(hasTwice))
      throw new ArgumentError('einsum', 'equation', 'like `ab,bc->ac`, with one term per operand', equation);
    const sizes = sizesOf(equation, terms, operands);
    return terms.length === 1
      ? sumOne(space, operands[0]!, terms[0]!, result, sizes)
      : multiplyTwo(space, operands as [TensorInfo, TensorInfo], terms as [string, string], result, sizes);
  },
};

type Sizes = ReadonlyMap<string, number>;

const hasTwice = (term: string): boolean => new Set(term).size !== term.length;

const shapeOf = (letters: string, sizes: Sizes): number[] => Array.from(letters, (letter) => sizes.get(letter)!);

function sizesOf(equation: string, terms: readonly string[], operands: readonly TensorInfo[]): Sizes {
  const sizes = new Map<string, number>();
  for (const [i, term] of terms.entries()) {
    const { shape } = operands[i]!;
    if (shape.length !== term.length)
      throw new ArgumentError('einsum', `operand ${i}`, `of rank ${term.length} for '${equation}'`, shape);
    for (const [axis, letter] of [...term].entries()) {
      const size = shape[axis]!;
      if ((sizes.get(letter) ?? size) !== size)
        throw new ArgumentError('einsum', `axis '${letter}'`, `of size ${sizes.get(letter)} everywhere`, size);
      sizes.set(letter, size);
    }
  }
  return sizes;
}

/** Writes a tensor with its axes in the order `kept`, summed over all other letters. */
function arrange(space: Space, tensor: TensorInfo, term: string, kept: string, sizes: Sizes, target: Block): void {
  const own = stridesOf(tensor.shape);
  const summed = [...term].filter((letter) => !kept.includes(letter)).join('');
  const order = kept + summed;
  const shape = shapeOf(order, sizes);
  const strides = Array.from(order, (letter) => own[term.indexOf(letter)]!);
  if (!summed) {
    copyStrided(space.array(tensor), target.view(), shape, strides);
    return;
  }
  withScratch(space, [sizeOf(shape)], (all) => {
    copyStrided(space.array(tensor), all!.view(), shape, strides);
    const [source, sums] = [all!.view(), target.view()];
    const run = sizeOf(shapeOf(summed, sizes));
    for (let i = 0; i < sums.length; i++) {
      let total = 0;
      for (let j = i * run; j < (i + 1) * run; j++) total += source[j]!;
      sums[i] = total;
    }
  });
}

function sumOne(space: Space, tensor: TensorInfo, term: string, result: string, sizes: Sizes): TensorInfo {
  const out = space.output(shapeOf(result, sizes));
  arrange(space, tensor, term, result, sizes, space.of(out));
  return out;
}

function multiplyTwo(
  space: Space,
  [a, b]: readonly [TensorInfo, TensorInfo],
  [termA, termB]: readonly [string, string],
  result: string,
  sizes: Sizes,
): TensorInfo {
  const shared = [...termA].filter((letter) => termB.includes(letter));
  const batch = shared.filter((letter) => result.includes(letter)).join('');
  const inner = shared.filter((letter) => !result.includes(letter)).join('');
  const rows = [...result].filter((letter) => termA.includes(letter) && !termB.includes(letter)).join('');
  const columns = [...result].filter((letter) => termB.includes(letter) && !termA.includes(letter)).join('');
  const [count, m, k, n] = [batch, rows, inner, columns].map((letters) => sizeOf(shapeOf(letters, sizes))) as [
    number,
    number,
    number,
    number,
  ];
  const out = space.output(shapeOf(result, sizes));
  if (k === 0) space.of(out).view().fill(0);
  if (count * m * k * n === 0) return out;
  withScratch(space, [count * m * k, count * k * n, count * m * n], (left, right, product) => {
    arrange(space, a, termA, batch + rows + inner, sizes, left!);
    arrange(space, b, termB, batch + inner + columns, sizes, right!);
    for (let i = 0; i < count; i++)
      space.multiply(
        left!.part(i * m * k, m * k),
        right!.part(i * k * n, k * n),
        product!.part(i * m * n, m * n),
        m,
        k,
        n,
      );
    const order = batch + rows + columns;
    const own = stridesOf(shapeOf(order, sizes));
    const strides = Array.from(result, (letter) => own[order.indexOf(letter)]!);
    copyStrided(product!.view(), space.of(out).view(), out.shape, strides);
  });
  return out;
}
