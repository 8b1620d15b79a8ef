import { fillUniform } from '@capas/core';
import type { HyperValue } from './domain.ts';
import type { Chooser } from './hyper-parameters.ts';
import type { Trial } from './trial.ts';

/** What to try next. */
export interface Proposal {
  /** Values that are given. */
  readonly values?: Readonly<Record<string, HyperValue>>;
  /** What chooses the others; `draw` is another number at each attempt. */
  readonly choose: (draw: number) => Chooser;
  /** Whether values that were tried before are drawn again. */
  readonly isNew: boolean;
  /** The epochs to train, if not those given to `search`, and where from. */
  readonly epochs?: number;
  readonly initialEpoch?: number;
  /** The trial whose weights to go on with. */
  readonly from?: number;
}

/**
 * A way to search: yields proposals, and gets each back as the trial it became, or nothing where no new values were found. It
 * depends on nothing else: a search that is begun again hands it the trials that are there, and it goes on as if nothing had happened.
 */
export type Search = Generator<Proposal, void, Trial | undefined>;

/** Draws each value by its name, from a seed: the same whatever else is asked for. */
export function drawValues(seed: number): (draw: number) => Chooser {
  return (draw) => (name, domain) => {
    const place = new Float32Array(1);
    fillUniform(place, (seed ^ hash(name)) >>> 0, draw);
    return domain.at(place[0]!);
  };
}

/** FNV-1a. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) sum = Math.imul(sum ^ byte, 0x01000193);
  return sum;
}
