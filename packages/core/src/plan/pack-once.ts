import { ORDERS } from './opcodes.ts';
import type { ScheduledPart } from './schedule.ts';
import type { SlotList } from './slot-list.ts';

/** The columns of a packed matrix are a multiple of this: the widest panel of any executor. */
const COLUMNS = 64;

/**
 * The parts of a body in which products read invariant right matrices packed, and the parts before the loop that pack them: so
 * that it is done once, not in each step.
 *
 * @param invariants the slots that are the same in each step
 */
export function packOnce(
  body: readonly ScheduledPart[],
  invariants: readonly number[],
  list: SlotList,
): { readonly packs: readonly ScheduledPart[]; readonly body: readonly ScheduledPart[] } {
  const packs = new Map<string, ScheduledPart>();
  const packed = body.map((part): ScheduledPart => {
    const { opcode, fields, isSerial } = part;
    if (opcode !== 'dot' || isSerial || fields.nBatch !== 0 || !invariants.includes(fields.b as number)) return part;
    const { k, n, orderB: order, b } = fields as Readonly<Record<string, number>>;
    const key = [k, n, order, b].join();
    const known = packs.get(key);
    if (known) return { ...part, fields: { ...fields, orderB: ORDERS.panels, b: known.fields.out! } };
    const shape = [k!, Math.ceil(n! / COLUMNS) * COLUMNS];
    // behind all that the body uses
    const out = list.add({ kind: 'arena', offset: list.arenaBytes }, { dtype: 'float32', shape });
    packs.set(key, { ...part, opcode: 'pack', fields: { k: k!, n: n!, order: order!, b: b!, out } });
    return { ...part, fields: { ...fields, orderB: ORDERS.panels, b: out } };
  });
  return { packs: [...packs.values()], body: packed };
}
