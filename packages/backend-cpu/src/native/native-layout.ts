import { BackendError, type Elements, type Plan } from '@capas/core';

/** Where the slots of a plan lie, as native code wants to know it. */
export interface NativeLayout {
  /** Of each slot its offset in the arena, or -1 if it will be bound, and its bytes. */
  readonly places: Float64Array;
  readonly arenaBytes: number;
  /** The elements to write before the first run, by slot. */
  readonly constants: ReadonlyMap<number, Elements>;
}

/** Lays out a plan; constants lie behind the values of the arena. */
export function layOut({ slots, arenaBytes }: Plan): NativeLayout {
  const constants = new Map<number, Elements>();
  let end = arenaBytes;
  const places = slots.flatMap((slot, i): number[] => {
    const bytes = BYTES[slot.dtype] * slot.size;
    if (slot.place.kind === 'arena') return [slot.place.offset, bytes];
    if (slot.place.kind === 'moving') return [0, 0]; // the loop says where it is
    if (slot.place.kind !== 'constant') return [-1, bytes];
    const offset = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    end = offset + bytes;
    constants.set(i, constantOf(slot.place.data, slot.size));
    return [offset, bytes];
  });
  return { places: Float64Array.from(places), arenaBytes: end, constants };
}

const BYTES = { float32: 4, int32: 4, bool: 1, uint8: 1 } as const;
const ALIGNMENT = 64;

/** All elements of a constant; one element in the plan stands for all. */
function constantOf(data: Elements, size: number): Elements {
  if (data.length === size) return data;
  return new (data.constructor as new (size: number) => Elements)(size).fill(data[0] ?? 0);
}

/** An error of native code, with the name of the instruction that it gives by its number. */
export function explained(error: unknown, { instructions }: Plan): Error {
  const { message, name } = error as Error;
  if (name !== 'Error') return error as Error; // ours, or one of JavaScript
  const named = message.replace(/^instruction (\d+)\b/, (text, index) => {
    const { primitive, origin } = instructions[Number(index)]?.instruction ?? {};
    return primitive ? `${text}, ${primitive}${origin ? ` of ${origin}` : ''}` : text;
  });
  return new BackendError(`native executor: ${named}.`);
}
