import { isView } from '../passes/liveness.ts';
import type { LoopAttributes } from '../program/primitives/loop.ts';
import type { Instruction, Program, ValueId } from '../program/program.ts';

/**
 * How many rows a loop has that have nothing to do with each other, such as the samples of a batch: every value that a step
 * makes has so many, and each is made of the same row of others, and of what comes from outside. Threads may then do some rows
 * each, all steps of them, without meeting. 0 where that is not so, and where no step needs the one before.
 */
export function independentRows({ body, carries }: LoopAttributes): number {
  const rows = carries > 0 ? rowsOf(body, body.outputs[0]!) : undefined;
  if (!rows) return 0;
  /** What comes from outside: it may be read in any way. */
  const outside = new Set<ValueId>([
    ...body.inputs.slice(carries).map(({ id }) => id),
    ...body.constants.map(({ id }) => id),
  ]);
  const hasRows = (id: ValueId): boolean => rowsOf(body, id) === rows;
  const inside = body.inputs.slice(0, carries).map(({ id }) => id);
  if (![...inside, ...body.outputs].every(hasRows)) return 0;
  for (const instruction of body.instructions) {
    const { inputs, outputs } = instruction;
    if (isView(instruction) && outside.has(inputs[0]!)) outside.add(outputs[0]!);
    else if (!outputs.every(hasRows) || !keepsRows(body, instruction, outside)) return 0;
  }
  return rows;
}

const rowsOf = ({ types }: Program, id: ValueId): number | undefined => types.get(id)!.shape[0];

/** Whether a row of what an instruction makes needs only this row of what the body made. */
function keepsRows(
  { types }: Program,
  { primitive, inputs, outputs, attrs }: Instruction,
  outside: ReadonlySet<ValueId>,
): boolean {
  const rank = (id: ValueId): number => types.get(id)!.shape.length;
  const isLikeOutput = (id: ValueId): boolean =>
    outside.has(id) || (rank(id) === rank(outputs[0]!) && types.get(id)!.shape[0] === types.get(outputs[0]!)!.shape[0]);
  switch (primitive) {
    case 'map':
    case 'mapMany':
      return inputs.every(isLikeOutput);
    case 'dot': {
      const [a, b, ...extras] = inputs as [ValueId, ValueId, ...ValueId[]];
      const isMatrix = [a, b].every((id) => rank(id) === 2);
      return isMatrix && !attrs.transposeA && outside.has(b) && extras.every(isLikeOutput);
    }
    case 'slice':
      return (attrs.begin as readonly number[])[0] === 0 && (attrs.strides as readonly number[])[0] === 1;
    case 'concat':
      return attrs.axis !== 0;
    case 'reshape':
      return true;
    default:
      return false;
  }
}
