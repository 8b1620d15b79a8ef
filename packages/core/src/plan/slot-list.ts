import { aligned } from '../passes/plan-memory.ts';
import { bytesOf } from '../program/primitive.ts';
import type { ValueType } from '../program/program.ts';
import { sizeOf } from '../tensor/shape.ts';
import type { Slot, SlotPlace } from './plan.ts';

/** The slots of a plan, and the memory that they take. */
export class SlotList {
  readonly slots: Slot[] = [];
  arenaBytes = 0;

  add(place: SlotPlace, type: ValueType): number {
    if (place.kind === 'arena') this.arenaBytes = Math.max(this.arenaBytes, place.offset + aligned(bytesOf(type)));
    return this.slots.push({ place, dtype: type.dtype, size: sizeOf(type.shape) }) - 1;
  }

  /** What `attempt` gives; where that is nothing, the slots that it added are gone. */
  orNothing<Result>(attempt: () => Result | undefined): Result | undefined {
    const { length } = this.slots;
    const { arenaBytes } = this;
    const result = attempt();
    if (result === undefined) [this.slots.length, this.arenaBytes] = [length, arenaBytes];
    return result;
  }
}
