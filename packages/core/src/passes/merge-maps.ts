import { type Expression, inputOf } from '../program/expression.ts';
import { callsIn } from '../program/primitives/elementwise.ts';
import type { Instruction, Program, ValueId } from '../program/program.ts';
import { sizeOf } from '../tensor/shape.ts';
import { hasOwnType, MOST_CALLS, MOST_INPUTS } from './absorb-map.ts';
import { substitute } from './expressions.ts';
import { expressionOf } from './map-steps.ts';
import type { Pass } from './pass.ts';

/**
 * Makes one `mapMany` of maps of one shape that read the same values, or each other's, so that each value is read once:
 *
 *     %4 = map(%1, %3) { add(mul(a, 0.9), b) }
 *     %5 = map(%2, %4) { sub(a, b) }       %4, %5 = mapMany(%1, %3, %2) { add(mul(a, 0.9), b), sub(c, add(mul(a, 0.9), b)) }
 *
 * The moments and the weight that an optimizer makes of one gradient are such maps. Small updates of states are merged even if they
 * share nothing: there, to begin an instruction costs more than to read.
 *
 * Every call in an expression rounds its result, so the bits are the same. Executors compute equal parts once.
 */
export const mergeMaps: Pass = {
  name: 'merge-maps',
  run(program) {
    const { groups, groupOf } = new Grouping(program);
    if ([...groups].every(({ members }) => members.length === 1)) return program;
    // What became one map may be merged with others.
    return mergeMaps.run(merged(program, groupOf));
  },
};

/** Up to this many elements, updates of states are merged whatever they read; and how large the expressions may get there. */
const SMALL = 1024;
const MOST_INPUTS_SMALL = 24;
const MOST_CALLS_SMALL = 160;

/** Maps that become one instruction. They are named by their places in the program. */
interface Group {
  readonly shape: string;
  readonly members: readonly number[];
  /** What they read that none of them makes. */
  readonly inputs: readonly ValueId[];
  /** What they compute from `inputs`, by the value that each makes. */
  readonly exprs: ReadonlyMap<ValueId, Expression>;
  readonly isSmall: boolean;
  /** Whether one of them makes a state. */
  readonly updatesState: boolean;
}

/** Finds the groups, in one walk over the program: each map joins the groups that it fits, which makes one of them. */
class Grouping {
  readonly groups = new Set<Group>();
  readonly groupOf = new Map<number, Group>();
  readonly #program: Program;
  readonly #madeAt = new Map<ValueId, number>();
  readonly #kept: ReadonlySet<ValueId>;
  /** The groups that read or make a value that has as many elements as they have themselves. */
  readonly #users = new Map<ValueId, Set<Group>>();
  readonly #updates = new Map<string, Set<Group>>();
  /** For each place, the last place that belongs to a group with a member up to there. */
  readonly #ends: Int32Array;

  constructor(program: Program) {
    this.#program = program;
    this.#ends = Int32Array.from(program.instructions, (_, at) => at);
    this.#kept = new Set(program.state.map(({ output }) => output));
    program.instructions.forEach((instruction, at) => {
      for (const id of instruction.outputs) this.#madeAt.set(id, at);
      if (instruction.primitive === 'map' && hasOwnType(instruction, this)) this.#place(instruction, at);
    });
  }

  readonly typeOf = (id: ValueId) => this.#program.types.get(id)!;

  #place(instruction: Instruction, at: number): void {
    const [output] = instruction.outputs as [ValueId];
    const { shape } = this.typeOf(output);
    const inputs = [...new Set(instruction.inputs)];
    const expr = substitute(expressionOf(instruction), (index) => inputOf(inputs.indexOf(instruction.inputs[index]!)));
    const alone: Group = {
      shape: shape.join(),
      members: [at],
      inputs,
      exprs: new Map([[output, expr]]),
      isSmall: sizeOf(shape) <= SMALL,
      updatesState: this.#kept.has(output),
    };
    this.groups.add(alone);
    this.groupOf.set(at, alone);
    this.#note(alone);
    let group = alone;
    for (const candidate of this.#candidates(alone)) group = this.#merged(candidate, group) ?? group;
  }

  /** Lets later maps find the group. */
  #note(group: Group): void {
    const size = sizeOf(this.typeOf([...group.exprs.keys()][0]!).shape);
    for (const id of [...group.inputs, ...group.exprs.keys()]) {
      if (sizeOf(this.typeOf(id).shape) === size) entry(this.#users, id, () => new Set<Group>()).add(group);
    }
    if (group.isSmall && group.updatesState) entry(this.#updates, group.shape, () => new Set<Group>()).add(group);
  }

  #forget(group: Group): void {
    this.groups.delete(group);
    for (const id of [...group.inputs, ...group.exprs.keys()]) this.#users.get(id)?.delete(group);
    this.#updates.get(group.shape)?.delete(group);
  }

  #candidates(group: Group): readonly Group[] {
    const sharing = group.inputs.flatMap((id) => [...(this.#users.get(id) ?? [])]);
    const updates = group.isSmall && group.updatesState ? [...(this.#updates.get(group.shape) ?? [])] : [];
    return [...new Set([...sharing, ...updates])].filter((other) => other.shape === group.shape && other !== group);
  }

  /** The two groups as one, in their place; `undefined` if they cannot be one. */
  #merged(a: Group, b: Group): Group | undefined {
    const { shape, isSmall } = a;
    const made = new Set([...a.exprs.keys(), ...b.exprs.keys()]);
    const inputs = [...new Set([...a.inputs, ...b.inputs])].filter((id) => !made.has(id));
    if (inputs.length > (isSmall ? MOST_INPUTS_SMALL : MOST_INPUTS)) return undefined;
    const exprs = new Map<ValueId, Expression>();
    const resolve = (id: ValueId): Expression => {
      const from = a.exprs.has(id) ? a : b;
      const own = from.exprs.get(id);
      if (!own) return inputOf(inputs.indexOf(id));
      const expr = exprs.get(id) ?? substitute(own, (index) => resolve(from.inputs[index]!));
      exprs.set(id, expr);
      return expr;
    };
    for (const id of made) resolve(id);
    const calls = [...exprs.values()].reduce((sum, part) => sum + callsIn(part), 0);
    if (calls > (isSmall ? MOST_CALLS_SMALL : MOST_CALLS) || this.#needEachOther(a, b)) return undefined;

    const members = [...a.members, ...b.members].sort((left, right) => left - right);
    const updatesState = a.updatesState || b.updatesState;
    const group = { shape, members, inputs, exprs, isSmall, updatesState };
    for (const old of [a, b]) this.#forget(old);
    for (const member of members) this.groupOf.set(member, group);
    const end = members.at(-1)!;
    for (let at = members[0]!; at < end && this.#ends[at]! < end; at++) this.#ends[at] = end;
    this.groups.add(group);
    this.#note(group);
    return group;
  }

  /** Whether an instruction that belongs to neither group must come after one member and before another. */
  #needEachOther(a: Group, b: Group): boolean {
    const isInside = (at: number): boolean => this.groupOf.get(at) === a || this.groupOf.get(at) === b;
    const first = Math.min(a.members[0]!, b.members[0]!);
    const needed = new Set<number>();
    const need = (at: number): void => {
      for (const id of this.#program.instructions[at]!.inputs) {
        const maker = this.#madeAt.get(id);
        if (maker !== undefined && this.#lastNeededBy(maker) >= first) needed.add(maker);
      }
    };
    for (const member of [...a.members, ...b.members]) need(member);
    for (const at of needed) if (isInside(at)) needed.delete(at);
    for (const at of needed) {
      if (isInside(at)) return true;
      // What is merged already is needed as a whole.
      for (const member of this.groupOf.get(at)?.members ?? [at]) need(member);
    }
    return false;
  }

  /** No instruction after this place is needed by the one at `at`: instructions need earlier ones, and groups as a whole. */
  #lastNeededBy(at: number): number {
    let last = at;
    while (this.#ends[last]! > last) last = this.#ends[last]!;
    return last;
  }
}

/** The entry of a map, made if it is not there. */
function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}

/** The program with one instruction for each group, in an order in which each value is made before it is used. */
function merged(program: Program, groupOf: ReadonlyMap<number, Group>): Program {
  const { instructions } = program;
  const madeAt = new Map(instructions.flatMap(({ outputs }, at) => outputs.map((id) => [id, at] as const)));
  const needed = valuesNeeded(program, groupOf);
  const ordered: Instruction[] = [];
  const done = new Set<number>();
  const write = (at: number): void => {
    if (done.has(at)) return;
    const group = groupOf.get(at);
    const members = group?.members ?? [at];
    for (const member of members) done.add(member);
    for (const member of members) {
      for (const id of instructions[member]!.inputs) if (madeAt.has(id)) write(madeAt.get(id)!);
    }
    const instruction = group && members.length > 1 ? asOne(group, program, needed) : instructions[at]!;
    if (instruction.outputs.length) ordered.push(instruction);
  };
  instructions.forEach((_, at) => {
    const last = groupOf.get(at)?.members.at(-1) ?? at;
    if (last === at) write(at);
  });
  const made = new Set(ordered.flatMap(({ outputs }) => outputs));
  const types = new Map([...program.types].filter(([id]) => made.has(id) || !madeAt.has(id)));
  return { ...program, instructions: ordered, types };
}

/** The values that are outputs or states, or that an instruction outside of their group reads. */
function valuesNeeded(
  { instructions, outputs, state }: Program,
  groupOf: ReadonlyMap<number, Group>,
): ReadonlySet<ValueId> {
  const needed = new Set([...outputs, ...state.map(({ output }) => output)]);
  instructions.forEach(({ inputs }, at) => {
    for (const id of inputs) if (!groupOf.get(at)?.exprs.has(id)) needed.add(id);
  });
  return needed;
}

function asOne(
  { members, inputs, exprs }: Group,
  { instructions }: Program,
  needed: ReadonlySet<ValueId>,
): Instruction {
  const outputs = [...exprs.keys()].filter((id) => needed.has(id));
  const parts = outputs.map((id) => exprs.get(id)!);
  const last = instructions[members.at(-1)!]!;
  const origin = last.origin !== undefined && { origin: last.origin };
  if (parts.length === 1) return { primitive: 'map', inputs, attrs: { expr: parts[0]! }, outputs, ...origin };
  return { primitive: 'mapMany', inputs, attrs: { exprs: parts }, outputs, ...origin };
}
