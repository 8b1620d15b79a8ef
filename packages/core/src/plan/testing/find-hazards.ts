import { elementBytes } from '../encoder.ts';
import type { Fields } from '../layouts.ts';
import type { Plan } from '../plan.ts';
import { readStream, type StreamInstruction } from '../read-stream.ts';
import { walkStream } from './walk-stream.ts';

/** The bytes that a run of an instruction touches, each as the text of its address. */
interface Touched {
  readonly instruction: StreamInstruction;
  readonly reads: ReadonlySet<string>;
  readonly writes: ReadonlySet<string>;
  /** Those of which each thread has its own. */
  readonly own: ReadonlySet<string>;
  /** The step of a loop that one thread does alone. */
  readonly step: string | undefined;
  /** The loop of rows that it is in. */
  readonly loop: StreamInstruction | undefined;
  /** There, the row of each of these bytes. */
  readonly rowOf: ReadonlyMap<string, number>;
  /** Each thread does rows of it alone. */
  readonly isByRows?: boolean;
}

/**
 * What is wrong with a plan for any number of threads: bytes that are read before they are written, and pairs of instructions
 * of which one writes what the other touches, with no barrier between them, and not both on the first thread or in one step that
 * a thread does alone. Loops of rows are looked at both ways: as steps that all threads do together, and as rows that each does
 * alone.
 */
export function findHazards(plan: Plan): string[] {
  const loops = readStream(plan).filter(({ opcode }) => opcode === 'loop');
  const own = new Set(loops.flatMap(({ fields }) => (fields.own as readonly Fields[]).map(({ slot }) => slot)));
  const ofRows = loops.filter(({ fields }) => (fields.rows as number) > 0);
  const touched = Array.from(walkStream(plan), ({ instruction, step, positionOf }): Touched => {
    const sets = { reads: new Set<string>(), writes: new Set<string>(), own: new Set<string>() };
    const loop = ofRows.find(({ at, fields }) => {
      const body = at + plan.words[at + 1]!;
      return instruction.at >= body && instruction.at < body + (fields.bodyWords as number);
    });
    const rowOf = new Map<string, number>();
    for (const access of ['reads', 'writes'] as const) {
      for (const slot of instruction[access]) {
        const { slot: home, element } = positionOf(slot);
        const { size } = plan.slots[slot]!;
        const elements = elementsOf(instruction, access) ?? Array.from({ length: size }, (_, i) => i);
        const outside = elements.find((each) => each < 0 || each >= size);
        if (outside !== undefined) throw new Error(`element ${outside} is not in slot ${slot}`);
        for (const each of elements) {
          for (const at of slotBytes(plan, home, [element + each])) {
            sets[access].add(at);
            if (own.has(slot)) sets.own.add(at);
            if (loop) rowOf.set(at, Math.floor((each * (loop.fields.rows as number)) / size));
          }
        }
      }
    }
    return { instruction, step, ...sets, loop, rowOf };
  });
  const meetings = new Set([...races(touched), ...races(asRows(touched)), ...meetingRows(touched)]);
  return [...unwrittenReads(plan, touched), ...meetings];
}

/** What threads do that do rows each: no barriers in loops, nothing that only the first one does. */
const asRows = (touched: readonly Touched[]): Touched[] =>
  touched.map((each) =>
    each.loop
      ? { ...each, isByRows: true, instruction: { ...each.instruction, hasBarrier: false, isSerial: false } }
      : each,
  );

/** Bytes of which an instruction in a loop of rows writes one row, and another one touches another row. */
function meetingRows(touched: readonly Touched[]): string[] {
  const written = new Map<string, Touched>();
  const found: string[] = [];
  for (const each of touched) {
    if (!each.loop) written.clear();
    else {
      for (const [at, row] of each.rowOf) {
        const other = written.get(at);
        if (other && other.rowOf.get(at) !== row)
          found.push(`rows of ${describe(other.instruction)} and ${describe(each.instruction)} meet at ${at}`);
      }
      for (const at of each.writes) written.set(at, each);
    }
  }
  return found;
}

function unwrittenReads(plan: Plan, touched: readonly Touched[]): string[] {
  const written = new Set<string>();
  const isReady = (at: string) => !/^(arena|output)/.test(at) || written.has(at);
  const found: string[] = [];
  for (const { instruction, reads, writes } of touched) {
    const missing = [...reads].find((at) => !isReady(at));
    if (missing) found.push(`${describe(instruction)} reads ${missing}, which nothing wrote`);
    for (const at of writes) written.add(at);
    if (instruction.opcode === 'host') {
      const { outputs } = plan.instructions[instruction.instruction]!.instruction;
      for (const id of outputs) for (const at of slotBytes(plan, plan.slotOf.get(id)!)) written.add(at);
    }
  }
  return found;
}

function races(touched: readonly Touched[]): string[] {
  const found: string[] = [];
  touched.forEach((after, i) => {
    if (after.instruction.opcode === 'host') return;
    for (let j = i; j > 0 && !touched[j]!.instruction.hasBarrier; j--) {
      const before = touched[j - 1]!;
      if (before.instruction.opcode === 'host') break;
      if (before.instruction.isSerial && after.instruction.isSerial) continue;
      if (before.step !== undefined && before.step === after.step) continue;
      if (before.isByRows && after.isByRows && before.loop === after.loop) continue;
      const meet = (at: string, sets: readonly ReadonlySet<string>[]): boolean =>
        !after.own.has(at) && sets.some((set) => set.has(at));
      const shared = [...after.writes].find((at) => meet(at, [before.reads, before.writes]));
      const late = shared ?? [...after.reads].find((at) => meet(at, [before.writes]));
      if (late) found.push(`${describe(before.instruction)} and ${describe(after.instruction)} meet at ${late}`);
    }
  });
  return found;
}

const describe = ({ at, opcode }: StreamInstruction): string => `${opcode} at ${at}`;

/** The elements that a copy touches; other instructions touch all. */
function elementsOf({ opcode, fields }: StreamInstruction, access: string): readonly number[] | undefined {
  if (opcode !== 'copy') return undefined;
  const [offset, strides] = access === 'reads' ? ['sourceOffset', 'sourceStrides'] : ['outOffset', 'outStrides'];
  return elementPlaces(fields.dims as number[], fields[strides!] as number[], fields[offset!] as number);
}

function* slotBytes(plan: Plan, slot: number, elements?: readonly number[]): Generator<string> {
  const { place, dtype, size } = plan.slots[slot]!;
  if (place.kind === 'constant' || place.kind === 'moving') return;
  const memory = place.kind === 'arena' ? 'arena' : `${place.kind}${place.index}`;
  const start = place.kind === 'arena' ? place.offset : 0;
  const bytes = elementBytes(dtype);
  for (const element of elements ?? Array.from({ length: size }, (_, i) => i)) {
    if (element >= size) throw new Error(`element ${element} is not in slot ${slot}`);
    for (let i = 0; i < bytes; i++) yield `${memory}:${start + element * bytes + i}`;
  }
}

const elementPlaces = (dims: readonly number[], strides: Fields[string], offset: number): number[] =>
  dims.reduce(
    (places, dim, axis) =>
      places.flatMap((place) => Array.from({ length: dim }, (_, i) => place + i * (strides as number[])[axis]!)),
    [offset],
  );
