import { type Expression, inputOf } from '../program/expression.ts';
import type { Instruction, ValueId } from '../program/program.ts';
import { sizeOf } from '../tensor/shape.ts';
import { hasOwnType } from './absorb-map.ts';
import { substitute } from './expressions.ts';
import type { Pass } from './pass.ts';
import { repeatsOf, withoutRepeats } from './repeated-rows.ts';
import { readersThroughReshapes, reshaped, reshapedFrom } from './reshapes.ts';
import { type ProgramView, type Rule, rewrite } from './rewrite.ts';

/**
 * Makes one instruction of sums of rows and the maps that read them, so that the sums, which have a row for each of a table, are
 * never written to memory:
 *
 *     %5 = scatterAdd(%0, %1) {size=20000}
 *     %6, %7 = mapMany(%5, %3, %4) { … }      %6, %7 = updateRows(%0, %1, %3, %4) {size=20000, sums=1, repeat=1, exprs=[…]}
 *
 * What an optimizer does with the gradient of an embedding. Of rows that repeat each other, as in the gradient of a mean, each is
 * made once. The same rows are added in the same order, so the bits are the same.
 */
export const fuseRowUpdates: Pass = {
  name: 'fuse-row-updates',
  run(program) {
    const fused = rewrite(program, [updateRows]);
    return fused === program ? program : fuseRowUpdates.run(fused);
  },
};

const updateRows: Rule = (instruction, view) => {
  const exprs = expressionsOf(instruction, view);
  const sums = exprs ? sumsFor(instruction, view) : undefined;
  if (!exprs || !sums) return undefined;

  const ids = sums[0]!.inputs[0]!;
  const rows = sizeOf(view.typeOf(ids).shape);
  const values = sums.map(({ inputs }) => inputs[1]!);
  const [repeat, ...others] = values.map((id) => repeatsOf(id, rows, view));
  const shared = rows > 0 && others.every((other) => other === repeat) ? repeat! : 1;

  const { shape } = view.typeOf(instruction.outputs[0]!);
  const read = values.map((id) => {
    return reshaped(withoutRepeats(id, rows, shared, view), [rows / shared, ...shape.slice(1)], view);
  });
  const dense: ValueId[] = [];
  const places = instruction.inputs.map((id) => {
    const source = reshapedFrom(id, view);
    const sum = sums.findIndex(({ outputs }) => outputs[0] === source);
    return inputOf(sum >= 0 ? sum : sums.length + dense.push(id) - 1);
  });
  return {
    primitive: 'updateRows',
    inputs: [ids, ...read, ...dense],
    attrs: {
      size: shape[0]!,
      sums: sums.length,
      repeat: shared,
      exprs: exprs.map((expr) => substitute(expr, (index) => places[index]!)),
    },
  };
};

/** What a map or a `mapMany` computes. */
function expressionsOf(instruction: Instruction, view: ProgramView): readonly Expression[] | undefined {
  const { primitive, attrs } = instruction;
  if (primitive === 'mapMany') return attrs.exprs as readonly Expression[];
  return primitive === 'map' && hasOwnType(instruction, view) ? [attrs.expr as Expression] : undefined;
}

/** The sums of rows that only this instruction reads, if all are made by the same ids; each of them has all of its elements. */
function sumsFor(instruction: Instruction, view: ProgramView): readonly Instruction[] | undefined {
  const { shape } = view.typeOf(instruction.outputs[0]!);
  const sources = [...new Set(instruction.inputs.map((id) => reshapedFrom(id, view)))];
  const sums = sources.flatMap((id) => {
    const producer = view.producerOf(id);
    const fits =
      producer?.primitive === 'scatterAdd' &&
      view.typeOf(id).dtype === 'float32' &&
      shape.length > 0 &&
      shape[0] === view.typeOf(id).shape[0] &&
      sizeOf(shape) === sizeOf(view.typeOf(id).shape) &&
      readersThroughReshapes(id, view)?.length === 1;
    return fits ? [producer] : [];
  });
  const same = sums.filter(({ inputs }) => inputs[0] === sums[0]!.inputs[0]);
  return same.length ? same : undefined;
}
