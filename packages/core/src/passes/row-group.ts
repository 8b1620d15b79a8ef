import type { Instruction, Program, ValueId, ValueType } from '../program/program.ts';
import { broadcastShapes, type Shape, sizeOf } from '../tensor/shape.ts';

/** Rows of elements: all axes but the last, and the last. */
export interface RowSpace {
  readonly rows: number;
  readonly length: number;
}

/** How a value lies in a space: all elements, one for each row, one for each column, or one. */
export type Role = 'full' | 'row' | 'column' | 'scalar';

/** An instruction that can be done row by row. */
export interface Member {
  readonly at: number;
  /** How each input lies. */
  readonly inputs: readonly Role[];
  /** How its outputs lie. Those of columns are known after the last row. */
  readonly output: Role;
}

/** The space that an instruction reduces, row by row or column by column; `undefined` for others. */
export function spaceOf({ primitive, inputs, attrs }: Instruction, types: Program['types']): RowSpace | undefined {
  if (primitive !== 'reduce' && primitive !== 'softmax' && primitive !== 'logSoftmax') return undefined;
  const shape = broadcastOf(inputs, types);
  if (shape.length < 2 || (primitive === 'reduce' && !reducedBy(attrs.axes as readonly number[], shape)))
    return undefined;
  const length = shape.at(-1)!;
  return { rows: sizeOf(shape) / length, length };
}

/**
 * The instructions that can be done row by row together, in their order: none needs what is known after the last row, or what
 * is made of it by others.
 */
export function findMembers({ instructions, types }: Program, space: RowSpace): readonly Member[] {
  const members: Member[] = [];
  const made = new Map<ValueId, Role>();
  const late = new Set<ValueId>();
  instructions.forEach((instruction, at) => {
    const { inputs, outputs } = instruction;
    const member = inputs.some((id) => late.has(id)) ? undefined : memberOf(instruction, at, types, made, space);
    if (member) members.push(member);
    if (member && member.output !== 'column') for (const id of outputs) made.set(id, member.output);
    else if (member || inputs.some((id) => late.has(id) || made.has(id))) for (const id of outputs) late.add(id);
  });
  return members;
}

function memberOf(
  instruction: Instruction,
  at: number,
  types: Program['types'],
  made: ReadonlyMap<ValueId, Role>,
  space: RowSpace,
): Member | undefined {
  const { primitive, inputs, outputs, attrs } = instruction;
  const type = types.get(outputs[0]!)!;
  const { rows, length } = space;
  const isFull = ({ shape }: ValueType): boolean => shape.at(-1) === length && sizeOf(shape) === rows * length;
  const all = (roles: readonly (Role | undefined)[], output: Role): Member | undefined =>
    // in a square, rows may look like columns
    roles.every((role, i) => role !== undefined && (made.get(inputs[i]!) ?? role) === role)
      ? { at, inputs: roles as readonly Role[], output }
      : undefined;
  if (primitive === 'reshape') {
    const role = made.get(inputs[0]!);
    if (role === 'row') return all([role], role);
    return role === 'full' && isFull(type) ? all([role], role) : undefined;
  }
  if (primitive !== 'map' && primitive !== 'mapMany' && !spaceOf(instruction, types)) return undefined;
  const shape = broadcastOf(inputs, types);
  const roles = inputs.map((id) => roleIn(types.get(id)!.shape, space));
  if (primitive === 'map' || primitive === 'mapMany') {
    if (shape.length > 1 && isFull({ ...type, shape })) return all(roles, 'full');
    if (sizeOf(shape) !== rows || !inputs.some((id) => made.get(id) === 'row')) return undefined;
    const ofRows = inputs.map((id): Role | undefined => {
      const size = sizeOf(types.get(id)!.shape);
      return size === rows ? 'row' : size === 1 ? 'scalar' : undefined;
    });
    return all(ofRows, 'row');
  }
  if (!isFull({ ...type, shape })) return undefined;
  if (primitive !== 'reduce') return all(roles, 'full');
  return all(roles, reducedBy(attrs.axes as readonly number[], shape) === 'rows' ? 'row' : 'column');
}

/** How an input of a map or a reduction lies, by its shape. */
function roleIn(shape: Shape, { rows, length }: RowSpace): Role | undefined {
  const size = sizeOf(shape);
  if (size === 1) return 'scalar';
  if (size === rows * length && shape.at(-1) === length) return 'full';
  if (size === rows && shape.at(-1) === 1) return 'row';
  return size === length && shape.at(-1) === length ? 'column' : undefined;
}

/** Whether a reduction leaves one element for each row, or for each column. */
function reducedBy(axes: readonly number[], shape: Shape): 'rows' | 'columns' | undefined {
  const last = shape.length - 1;
  if (axes.length === 1 && axes[0] === last) return 'rows';
  return axes.length === last && !axes.includes(last) ? 'columns' : undefined;
}

const broadcastOf = (ids: readonly ValueId[], types: Program['types']): Shape =>
  ids.reduce<Shape>((shape, id) => broadcastShapes('rows', shape, types.get(id)!.shape) as Shape, []);

/** The members in parts that have no values in common but those of columns; each member is in one. */
export function connectedParts(members: readonly Member[], { instructions }: Program): readonly (readonly Member[])[] {
  const parts = new Set<{ members: Member[]; values: Set<ValueId> }>();
  for (const member of members) {
    const { inputs, outputs } = instructions[member.at]!;
    const shared = inputs.filter((_, i) => member.inputs[i] === 'full' || member.inputs[i] === 'row');
    const joined = { members: [] as Member[], values: new Set([...shared, ...outputs]) };
    for (const part of parts) {
      if (![...joined.values].some((id) => part.values.has(id))) continue;
      parts.delete(part);
      joined.members.push(...part.members);
      for (const id of part.values) joined.values.add(id);
    }
    joined.members.push(member);
    parts.add(joined);
  }
  return [...parts].map((part) => part.members.toSorted((a, b) => a.at - b.at));
}
