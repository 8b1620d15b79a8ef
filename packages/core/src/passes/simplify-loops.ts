import type { Instruction, ValueId } from '../program/program.ts';
import { type Carry, LoopDraft } from './loop-draft.ts';
import type { Pass } from './pass.ts';
import { type ProgramView, type Rule, rewrite } from './rewrite.ts';

/**
 * Takes out of loops what nobody needs: outputs of steps that are not read, carries that only make themselves, inputs that the body
 * does not read. So a loop that is not differentiated keeps nothing for its gradient.
 *
 * What comes in or goes out twice does so once; a carry that stays as it is becomes an invariant, an invariant of one repeated element
 * a constant of the body, and a stack of the items of a sequence is that sequence.
 */
export const simplifyLoops: Pass = {
  name: 'simplify-loops',
  run(program) {
    const simpler = rewrite(program, [simplifyLoop]);
    // a loop may have kept something for another one only
    return simpler === program ? program : simplifyLoops.run(simpler);
  },
};

const simplifyLoop: Rule = (instruction, view) => {
  if (instruction.primitive !== 'loop') return undefined;
  const loop = new LoopDraft(instruction, view);
  const changes = [
    dropUnreadStacks(loop, instruction, view),
    shareStacks(loop),
    forwardItems(loop),
    settleCarries(loop),
    dropDeadCarries(loop, instruction, view),
    inlineConstants(loop, view),
    shareInputs(loop),
    dropUnreadInputs(loop),
  ];
  return changes.some((changed) => changed) ? loop.write() : undefined;
};

const isRead = (id: ValueId, view: ProgramView): boolean => view.isKept(id) || view.readersOf(id).length > 0;

function dropUnreadStacks(loop: LoopDraft, { outputs }: Instruction, view: ProgramView): boolean {
  const read = loop.stacks.filter(({ places }) => places.some((place) => isRead(outputs[place]!, view)));
  return replaceList(loop, 'stacks', read);
}

/** Several outputs of the same value are one. */
function shareStacks(loop: LoopDraft): boolean {
  const first = new Map<ValueId, LoopDraft['stacks'][number]>();
  for (const stack of loop.stacks) {
    const known = first.get(stack.inner);
    if (known) known.places.push(...stack.places);
    else first.set(stack.inner, stack);
  }
  return replaceList(loop, 'stacks', [...first.values()]);
}

/** The items of a sequence, stacked, are the sequence. */
function forwardItems(loop: LoopDraft): boolean {
  const rest = loop.stacks.filter(({ inner, places }) => {
    const sequence = loop.sequences.find((input) => input.inner === inner);
    for (const place of sequence ? places : []) loop.instead.set(place, () => sequence!.outer);
    return !sequence;
  });
  return replaceList(loop, 'stacks', rest);
}

/** A carry that every step leaves as it is, is the same in each step. */
function settleCarries(loop: LoopDraft): boolean {
  const moving = loop.carries.filter(({ first, before, after, place }) => {
    if (after !== before) return true;
    loop.invariants.push({ outer: first, inner: before });
    loop.instead.set(place, () => first);
    return false;
  });
  return replaceList(loop, 'carries', moving);
}

/** Drops carries of which nothing reaches an output of the loop that is read. */
function dropDeadCarries(loop: LoopDraft, { outputs }: Instruction, view: ProgramView): boolean {
  const needed = new Set(loop.stacks.map(({ inner }) => inner));
  const live = new Set<Carry>();
  const reach = (): void => {
    for (const { inputs, outputs: made } of loop.instructions.toReversed()) {
      if (made.some((id) => needed.has(id))) for (const id of inputs) needed.add(id);
    }
  };
  for (;;) {
    reach();
    const more = loop.carries.filter(
      (carry) => !live.has(carry) && (needed.has(carry.before) || isRead(outputs[carry.place]!, view)),
    );
    if (more.length === 0) break;
    for (const carry of more) {
      live.add(carry);
      needed.add(carry.after);
    }
  }
  return replaceList(
    loop,
    'carries',
    loop.carries.filter((carry) => live.has(carry)),
  );
}

/** What has the same element everywhere, is a constant of the body. */
function inlineConstants(loop: LoopDraft, view: ProgramView): boolean {
  const rest = (list: 'sequences' | 'invariants'): boolean =>
    replaceList(
      loop,
      list,
      loop[list].filter(({ outer, inner }) => {
        const data = view.constantOf(outer);
        if (data?.length !== 1) return true;
        loop.makeConstant(inner, data);
        return false;
      }),
    );
  return [rest('sequences'), rest('invariants')].includes(true);
}

/** What comes in twice comes in once. */
function shareInputs(loop: LoopDraft): boolean {
  const share = (list: 'sequences' | 'invariants'): boolean => {
    const first = new Map<ValueId, ValueId>();
    const rest = loop[list].filter(({ outer, inner }) => {
      const known = first.get(outer);
      if (known === undefined) first.set(outer, inner);
      else loop.replace(inner, known);
      return known === undefined;
    });
    return replaceList(loop, list, rest);
  };
  return [share('sequences'), share('invariants')].includes(true);
}

function dropUnreadInputs(loop: LoopDraft): boolean {
  const read = new Set([...loop.stacks.map(({ inner }) => inner), ...loop.carries.map(({ after }) => after)]);
  for (const { inputs, outputs } of loop.instructions.toReversed()) {
    if (outputs.some((id) => read.has(id))) for (const id of inputs) read.add(id);
  }
  const rest = (list: 'sequences' | 'invariants'): boolean =>
    replaceList(
      loop,
      list,
      loop[list].filter(({ inner }) => read.has(inner)),
    );
  return [rest('sequences'), rest('invariants')].includes(true);
}

/** Whether a shorter list took the place of one of a loop. */
function replaceList<List extends 'carries' | 'sequences' | 'invariants' | 'stacks'>(
  loop: LoopDraft,
  list: List,
  rest: LoopDraft[List],
): boolean {
  const changed = rest.length < loop[list].length;
  if (changed) loop[list] = rest;
  return changed;
}
