import { readdir } from 'node:fs/promises';
import { memory } from '@capas/core';
import { type GoldenMode, type GoldenOutcome, readGoldens } from '@capas/core/testing';
import { runnerOf } from './runners.ts';

/** What to run. */
export interface Selection {
  readonly dir: string;
  /** One group only: `'losses'`. */
  readonly group?: string | undefined;
  /** One case only: `'Dense/basic'`. */
  readonly caseId?: string | undefined;
  /** @defaultValue `'eager'` */
  readonly mode?: GoldenMode;
}

/** What came of a group. */
export interface GroupReport {
  readonly group: string;
  readonly passed: number;
  readonly failed: readonly GoldenOutcome[];
  readonly missing: readonly GoldenOutcome[];
  /** Cases whose difference is no error, by the file itself. */
  readonly advisory: readonly GoldenOutcome[];
  /** Tensors that the group left behind. */
  readonly leaked: number;
}

/** The groups that a folder of goldens holds, in alphabetical order. */
export async function groupsIn(dir: string): Promise<string[]> {
  const names = await readdir(dir);
  return names
    .filter((name) => name.endsWith('.json') && names.includes(name.replace('.json', '.safetensors')))
    .map((name) => name.slice(0, -5))
    .sort();
}

/** Runs the selected cases, group by group. A backend must be ready. */
export async function* runGoldens({
  dir,
  group: only,
  caseId,
  mode = 'eager',
}: Selection): AsyncGenerator<GroupReport> {
  for (const name of only ? [only] : await groupsIn(dir)) {
    const group = await readGoldens(name, dir);
    const run = runnerOf(name);
    const outcomes: { outcome: GoldenOutcome; advisory: boolean }[] = [];
    const before = memory().tensors;
    for (const golden of group.cases) {
      if (caseId && golden.id !== caseId) continue;
      outcomes.push({ outcome: await run(golden, group, mode), advisory: golden.advisory !== undefined });
    }
    const those = (status: GoldenOutcome['status'], advisory = false): GoldenOutcome[] =>
      outcomes
        .filter((item) => item.outcome.status === status && item.advisory === advisory)
        .map(({ outcome }) => outcome);
    yield {
      group: name,
      passed: outcomes.filter(({ outcome }) => outcome.status === 'passed').length,
      failed: those('failed'),
      missing: outcomes.filter(({ outcome }) => outcome.status === 'missing').map(({ outcome }) => outcome),
      advisory: those('failed', true),
      leaked: memory().tensors - before,
    };
  }
}
