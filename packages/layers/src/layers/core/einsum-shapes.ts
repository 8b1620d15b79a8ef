import { ArgumentError, type PartialShape, ShapeError, showShape } from '@capas/core';

/** What the equation of an `EinsumDense` says for an input shape. */
export interface EinsumShapes {
  readonly kernel: PartialShape;
  /** `undefined` without bias axes. */
  readonly bias: PartialShape | undefined;
  readonly output: PartialShape;
  /** The axes of the kernel that are summed over, and those of the output: what initializers count. */
  readonly inputAxes: readonly number[];
  readonly outputAxes: readonly number[];
}

/** The options that the shapes follow from. */
interface Equation {
  readonly equation: string;
  readonly outputShape: number | PartialShape;
  readonly biasAxes?: string | null;
}

/**
 * Finds the shapes of kernel, bias and output. `outputShape` is that of the output without the batch axis and without what
 * `...` stands for; `null` in it where the input says the size.
 *
 * @throws ArgumentError if the equation is not of the form `x,y->z`, `...x,y->...z` or `x...,y->z...`, or a letter comes
 * from nowhere; ShapeError if input and output do not fit together
 * @see Keras 3, `_analyze_einsum_string` in `keras/src/layers/core/einsum_dense.py`
 */
export function einsumShapes(
  who: string,
  { equation, outputShape, biasAxes }: Equation,
  input: PartialShape,
): EinsumShapes {
  const { ins, weights, outs, isLeft } = parse(who, equation);
  const elided = input.length - ins.length;
  if (elided < 0 || (elided > 0 && isLeft === undefined))
    throw new ShapeError(`${who}: '${equation}' does not fit an input of shape ${showShape(input)}.`);
  const given = typeof outputShape === 'number' ? [outputShape] : outputShape;
  // the batch axis is the first letter, or the first of the axes that `...` on the left stands for
  const output: PartialShape = isLeft
    ? [...input.slice(0, Math.max(elided, 1)), ...given]
    : [input[0]!, ...given, ...input.slice(input.length - elided)];
  const skipped = isLeft ? elided : 0;
  const sizeIn = (letter: string): number | null => input[ins.indexOf(letter) + skipped]!;
  const sizeOut = (letter: string): number | null => output[outs.indexOf(letter) + skipped] ?? null;
  for (const letter of ins) {
    if (outs.includes(letter) && sizeOut(letter) !== null && sizeOut(letter) !== sizeIn(letter)) {
      throw new ShapeError(
        `${who}: '${letter}' of '${equation}' stands for ${sizeIn(letter)} in the input and ${sizeOut(letter)} in \`outputShape\`.`,
      );
    }
  }
  const stray = [
    ...outs.filter((letter) => !ins.includes(letter) && !weights.includes(letter)),
    ...weights.filter((letter) => !ins.includes(letter) && !outs.includes(letter)),
  ][0];
  if (stray) throw new ArgumentError(who, 'equation', `one in which '${stray}' stands more than once`, equation);
  return {
    kernel: weights.map((letter) => (outs.includes(letter) ? sizeOut(letter) : sizeIn(letter))),
    bias: biasAxes ? biasShape(who, biasAxes, outs, sizeOut, isLeft ? 0 : elided) : undefined,
    output,
    inputAxes: [...weights.keys()].filter((axis) => !outs.includes(weights[axis]!)),
    outputAxes: [...weights.keys()].filter((axis) => outs.includes(weights[axis]!)),
  };
}

function biasShape(
  who: string,
  biasAxes: string,
  outs: readonly string[],
  sizeOut: (letter: string) => number | null,
  elidedRight: number,
): PartialShape {
  const letters = [...biasAxes];
  if (!letters.every((letter) => outs.includes(letter)))
    throw new ArgumentError(who, 'biasAxes', `letters of the output '${outs.join('')}'`, biasAxes);
  const first = Math.min(...letters.map((letter) => outs.indexOf(letter)));
  const own = outs.slice(first).map((letter) => (letters.includes(letter) ? sizeOut(letter) : 1));
  return [...own, ...new Array<number>(elidedRight).fill(1)];
}

/** The letters of an equation, and on which side `...` stands, if there is one. */
function parse(who: string, equation: string) {
  const forms: [RegExp, boolean | undefined][] = [
    [/^([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]+)$/, undefined],
    [/^\.{3}([a-zA-Z]+),([a-zA-Z]+)->\.{3}([a-zA-Z]+)$/, true],
    [/^([a-zA-Z]{2,})\.{3},([a-zA-Z]+)->([a-zA-Z]+)\.{3}$/, false],
  ];
  for (const [form, isLeft] of forms) {
    const [, ins, weights, outs] = form.exec(String(equation)) ?? [];
    if (ins && weights && outs) return { ins: [...ins], weights: [...weights], outs: [...outs], isLeft };
  }
  throw new ArgumentError(who, 'equation', 'of the form x,y->z, ...x,y->...z or x...,y->z...', equation);
}
