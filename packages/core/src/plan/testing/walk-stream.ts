import { elementBytes } from '../encoder.ts';
import type { Plan } from '../plan.ts';
import { readStream, type StreamInstruction } from '../read-stream.ts';

/** Where the elements of a slot lie: in a slot that does not move, from an element on. */
interface Position {
  readonly slot: number;
  readonly element: number;
}

/** A run of an instruction. */
interface Run {
  readonly instruction: StreamInstruction;
  /** The step of a loop that one thread does alone, while others do other steps. */
  readonly step?: string;
  /** Where a slot is in this run, until the next one is asked for. */
  positionOf(slot: number): Position;
}

/** The instructions of the words from `from` to `to` in the order in which they run, those in loops again and again. */
export function* walkStream(plan: Plan, from = 0, to: number = plan.words.length): Generator<Run> {
  const stream = readStream(plan);
  const positions = new Map<number, Position>();
  const positionOf = (slot: number): Position => positions.get(slot) ?? { slot, element: 0 };
  yield* walk(from, to);

  function* walk(start: number, end: number, step?: string): Generator<Run> {
    for (let at = start; at < end; ) {
      const instruction = stream.find((each) => each.at === at)!;
      yield { instruction, positionOf, ...(step !== undefined && { step }) };
      at += plan.words[at + 1]!;
      if (instruction.opcode !== 'loop') continue;
      const { bodyWords, apart } = instruction.fields;
      for (const i of iterations(instruction)) {
        yield* walk(at, at + (bodyWords as number), apart ? `${instruction.at}/${i}` : step);
      }
      at += bodyWords as number;
    }
  }

  /** Moves the slots of a loop; each step of it is a run of its body. */
  function* iterations({ fields }: StreamInstruction): Generator<number> {
    const { length, reverse } = fields as Readonly<Record<string, number>>;
    const records = (name: string) => fields[name] as unknown as readonly Readonly<Record<string, number>>[];
    for (const { current, next, from: first, to: second } of records('carries')) {
      positions.set(current!, positionOf(first!));
      positions.set(next!, positionOf(second!));
    }
    for (let i = 0; i < length!; i++) {
      const place = reverse ? length! - 1 - i : i;
      for (const { slot, base, bytes } of records('moves')) {
        const { slot: home, element } = positionOf(base!);
        positions.set(slot!, {
          slot: home,
          element: element + (place * bytes!) / elementBytes(plan.slots[home]!.dtype),
        });
      }
      yield i;
      for (const { current, next } of records('carries')) {
        const [a, b] = [positionOf(current!), positionOf(next!)];
        positions.set(current!, b).set(next!, a);
      }
    }
  }
}
