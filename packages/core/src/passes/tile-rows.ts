import { ProgramBuilder } from '../program/builder.ts';
import type { Instruction, Program, ValueId, ValueType } from '../program/program.ts';
import type { Shape } from '../tensor/shape.ts';
import type { Pass } from './pass.ts';
import { connectedParts, findMembers, type Member, type Role, type RowSpace, spaceOf } from './row-group.ts';

/**
 * Does what reads the same large values, a block of rows at a time, while the block is in the caches of a core: reductions of rows,
 * maps that read their results, and reductions of columns. It becomes a loop over the blocks without carries, which threads do apart:
 *
 *     %1 = reduce(%0) {kind="max", axes=[1]}       %3 = loop(%4) {length=64, carries=0, sequences=1, body=program(%0: float32[16,1000]) {
 *     %2 = reshape(%1) {shape=[1024, 1]}             %1 = reduce(%0) {kind="max", axes=[1]}
 *     %3 = map(%0, %2) { sub(a, b) }                 %3 = map(%0, …) { sub(a, b) }
 *                                                    return %3
 *                                                  }}
 *
 * A column is reduced in each block, and then what came of the blocks: so sums are rounded in other places.
 */
export const tileRows: Pass = tilesOf(
  // from so many elements on values do not stay in the caches of a core anyway
  1 << 18,
  1 << 14,
);

/**
 * {@link tileRows} for other sizes.
 *
 * @param least values with so many elements are large
 * @param block a block has about so many elements of each value: some of them fit into a cache, and they are worth an instruction
 */
export function tilesOf(least: number, block: number): Pass {
  const pass: Pass = {
    name: 'tile-rows',
    reorders: true,
    run(program) {
      const tried = new Set<string>();
      for (const instruction of program.instructions) {
        const space = spaceOf(instruction, program.types);
        if (!space || tried.has(`${space.rows}×${space.length}`)) continue;
        tried.add(`${space.rows}×${space.length}`);
        const rows = space.rows * space.length < least ? undefined : rowsOfBlock(space, block);
        if (!rows) continue;
        const parts = connectedParts(findMembers(program, space), program);
        const part = parts.find((members) => pays(members, program));
        if (part) return pass.run(tiled(program, part, space, rows));
      }
      return program;
    },
  };
  return pass;
}

/** How many rows make a block, so that blocks make all rows; `undefined` where none fits. */
function rowsOfBlock({ rows, length }: RowSpace, block: number): number | undefined {
  if (length < 2) return undefined;
  let most = Math.max(1, Math.floor(block / length));
  while (rows % most) most--;
  const size = most * length;
  return size >= block / 8 && size <= 4 * block && most < rows ? most : undefined;
}

/** Whether a large value is read or written less often when members are done together. */
function pays(members: readonly Member[], program: Program): boolean {
  const { instructions } = program;
  const reduces = members.some(({ at }) => spaceOf(instructions[at]!, program.types));
  const [made, read] = [new Set<ValueId>(), new Set<ValueId>()];
  let alone = 0;
  for (const { at, inputs, output } of members) {
    const { primitive, inputs: ids, outputs } = instructions[at]!;
    if (primitive === 'reshape') continue;
    const full = new Set(ids.filter((_, i) => inputs[i] === 'full'));
    alone += full.size + (output === 'full' ? outputs.length : 0);
    for (const id of full) read.add(id);
    if (output === 'full') for (const id of outputs) made.add(id);
  }
  const outside = [...read].filter((id) => !made.has(id));
  const needed = neededOutside(members, program);
  return reduces && outside.length + [...made].filter((id) => needed.has(id)).length < alone;
}

/** The values that are outputs or states, or that others than the members read. */
function neededOutside(members: readonly Member[], { instructions, outputs, state }: Program): ReadonlySet<ValueId> {
  const inside = new Set(members.map(({ at }) => at));
  const needed = new Set([...outputs, ...state.map(({ output }) => output)]);
  instructions.forEach(({ inputs }, at) => {
    if (!inside.has(at)) for (const id of inputs) needed.add(id);
  });
  return needed;
}

/** The program with a loop over blocks in the place of the last member. */
function tiled(program: Program, members: readonly Member[], space: RowSpace, block: number): Program {
  const { instructions } = program;
  const writer = new Tiles(program, space, block);
  for (const member of members) writer.add(member);
  const loop = writer.finish(neededOutside(members, program));
  const inside = new Set(members.map(({ at }) => at));
  const late = new Set(members.flatMap(({ at }) => instructions[at]!.outputs));
  const last = members.at(-1)!.at;
  const [before, after]: [Instruction[], Instruction[]] = [[], []];
  instructions.forEach((instruction, at) => {
    if (inside.has(at)) return;
    const isLate = at > last || instruction.inputs.some((id) => late.has(id));
    if (isLate) for (const id of instruction.outputs) late.add(id);
    (isLate ? after : before).push(instruction);
  });
  const ordered = [...before, ...loop, ...after];
  const made = new Set(ordered.flatMap(({ outputs }) => outputs));
  const wasMade = new Set(instructions.flatMap(({ outputs }) => outputs));
  const types = new Map([...writer.types].filter(([id]) => made.has(id) || !wasMade.has(id)));
  return { ...program, instructions: ordered, types };
}

/** Writes the loop. */
class Tiles {
  readonly types: Map<ValueId, ValueType>;
  readonly #program: Program;
  readonly #steps: number;
  readonly #shapes: Readonly<Record<Role, Shape>>;
  readonly #body = new ProgramBuilder();
  /** The values of the body by those of the program that they are blocks of. */
  readonly #inner = new Map<ValueId, ValueId>();
  /** Those of values from outside, by the role too. */
  readonly #given = new Map<string, ValueId>();
  readonly #sequences: ValueId[] = [];
  readonly #invariants: ValueId[] = [];
  readonly #reads: Instruction[] = [];
  readonly #members: Member[] = [];
  readonly #constants: ReadonlyMap<ValueId, Program['constants'][number]['data']>;
  #nextId: number;

  constructor(program: Program, { rows, length }: RowSpace, block: number) {
    this.#program = program;
    this.#steps = rows / block;
    this.#shapes = { full: [block, length], row: [block, 1], column: [length], scalar: [] };
    this.#constants = new Map(program.constants.map(({ id, data }) => [id, data]));
    this.types = new Map(program.types);
    this.#nextId = 1 + Math.max(...program.types.keys());
  }

  add(member: Member): void {
    const { primitive, inputs, attrs, outputs, origin } = this.#program.instructions[member.at]!;
    this.#members.push(member);
    const ids = inputs.map((id, i) => this.#inner.get(id) ?? this.#input(id, member.inputs[i]!));
    if (primitive === 'reshape') return void this.#inner.set(outputs[0]!, ids[0]!);
    const axes = primitive === 'reduce' ? { axes: [member.output === 'row' ? 1 : 0] } : {};
    const made = this.#body.emit(primitive, ids, { ...attrs, ...axes }, origin);
    outputs.forEach((id, i) => {
      const isReduced = primitive === 'reduce' && member.output === 'row';
      this.#inner.set(id, isReduced ? this.#body.reshape(made[i]!, this.#shapes.row) : made[i]!);
    });
  }

  /** The loop, with what it needs before and after it. */
  finish(needed: ReadonlySet<ValueId>): readonly Instruction[] {
    const wanted = this.#members.flatMap(({ at, output }) => {
      const { outputs, attrs, origin } = this.#program.instructions[at]!;
      return outputs.flatMap((id) => (needed.has(id) ? [{ id, output, attrs, origin }] : []));
    });
    const body = this.#body.build(wanted.map(({ id }) => this.#inner.get(id)!));
    // the body names its inputs as they came; the loop wants sequences first
    const order = [...this.#sequences, ...this.#invariants];
    const inputs = order.map((id) => body.inputs.find(({ name }) => name === `${id}`)!);
    const stacks = wanted.map(({ id, output }) => {
      const { dtype } = this.types.get(id)!;
      return this.#newValue({ dtype, shape: [this.#steps, ...this.#shapes[output]] });
    });
    const { origin } = this.#program.instructions[this.#members.at(-1)!.at]!;
    const attrs = { length: this.#steps, carries: 0, sequences: this.#sequences.length, reverse: false };
    const loop: Instruction = {
      primitive: 'loop',
      inputs: order,
      attrs: { ...attrs, body: { ...body, inputs } },
      outputs: stacks,
      ...(origin !== undefined && { origin }),
    };
    const results = wanted.map(({ id, output, attrs, origin }, i): Instruction => {
      const how =
        output === 'column'
          ? { primitive: 'reduce', attrs: { kind: attrs.kind!, axes: [0] } }
          : { primitive: 'reshape', attrs: { shape: this.types.get(id)!.shape } };
      return { ...how, inputs: [stacks[i]!], outputs: [id], ...(origin !== undefined && { origin }) };
    });
    return [...this.#reads, loop, ...results];
  }

  /** A value from outside, as the body sees it. */
  #input(id: ValueId, role: Role): ValueId {
    const key = `${role} ${id}`;
    const known = this.#given.get(key) ?? this.#newInput(id, role);
    this.#given.set(key, known);
    return known;
  }

  #newInput(id: ValueId, role: Role): ValueId {
    const { dtype } = this.#program.types.get(id)!;
    const type = { dtype, shape: this.#shapes[role] };
    const data = this.#constants.get(id);
    if (data?.length === 1) return this.#body.constant(data, type);
    const isSequence = role === 'full' || role === 'row';
    const outer = this.#reshaped(id, isSequence ? [this.#steps, ...type.shape] : type.shape);
    (isSequence ? this.#sequences : this.#invariants).push(outer);
    return this.#body.input(`${outer}`, type);
  }

  /** A value under another shape, before the loop. */
  #reshaped(id: ValueId, shape: Shape): ValueId {
    const type = this.#program.types.get(id)!;
    if (type.shape.join() === shape.join()) return id;
    const made = this.#newValue({ ...type, shape });
    this.#reads.push({ primitive: 'reshape', inputs: [id], attrs: { shape }, outputs: [made] });
    return made;
  }

  #newValue(type: ValueType): ValueId {
    this.types.set(this.#nextId, type);
    return this.#nextId++;
  }
}
