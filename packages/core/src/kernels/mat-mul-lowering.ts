import type { ProgramBuilder } from '../program/builder.ts';
import type { ValueId } from '../program/program.ts';
import { emitOne, reshapeTo } from './lowering.ts';
import type { Attributes } from './spec.ts';

/** The product of the matrices in the last two axes; batch axes broadcast. */
export function lowerMatMul(builder: ProgramBuilder, a: ValueId, b: ValueId, attrs: Attributes): ValueId {
  const rank = Math.max(builder.typeOf(a).shape.length, builder.typeOf(b).shape.length);
  const [left, right] = [a, b].map((id) => {
    const { shape } = builder.typeOf(id);
    return reshapeTo(builder, id, [...new Array<number>(rank - shape.length).fill(1), ...shape]);
  });
  const transposeA = attrs.transposeA === true;
  const transposeB = attrs.transposeB === true;
  return emitOne(builder, 'dot', [left!, right!], { transposeA, transposeB });
}
