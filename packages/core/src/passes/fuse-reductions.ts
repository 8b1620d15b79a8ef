import type { Expression } from '../program/expression.ts';
import { inputOf } from '../program/expression.ts';
import { elementwiseType } from '../program/primitives/elementwise.ts';
import type { Instruction } from '../program/program.ts';
import { absorbMap } from './absorb-map.ts';
import { type Draft, tidied } from './map-steps.ts';
import type { Pass } from './pass.ts';
import { type ProgramView, type Rule, rewrite } from './rewrite.ts';

/**
 * Lets a reduction compute what it reduces, so that this is never written to memory:
 *
 *     %2 = map(%0, %1) { mul(a, b) }
 *     %3 = reduce(%2) {kind="sum", axes=[1]}     %3 = reduce(%0, %1) {kind="sum", axes=[1], expr=(mul(a, b))}
 *
 * Every call in an expression rounds its result, and the reduction adds in the same order, so the bits are the same.
 */
export const fuseReductions: Pass = {
  name: 'fuse-reductions',
  run(program) {
    const fused = rewrite(program, [absorb]);
    return fused === program ? program : fuseReductions.run(fused);
  },
};

const absorb: Rule = (instruction, view) => {
  if (instruction.primitive !== 'reduce') return undefined;
  const draft = draftOf(instruction, view);
  for (const place of draft.inputs.keys()) {
    const fused = absorbMap(draft, place, view);
    if (fused) return { ...instruction, ...stepOf(instruction, fused, view) };
  }
  return undefined;
};

const stepOf = ({ primitive, attrs }: Instruction, draft: Draft, view: ProgramView) => {
  const { inputs, expr } = tidied(draft, view);
  return { primitive, inputs, attrs: { ...attrs, expr } };
};

function draftOf({ inputs, attrs }: Instruction, view: ProgramView): Draft {
  const expr = (attrs.expr as Expression | undefined) ?? inputOf(0);
  const { shape } = elementwiseType(
    'reduce',
    inputs.map((id) => view.typeOf(id)),
    expr,
  );
  return { inputs, expr, shape };
}
