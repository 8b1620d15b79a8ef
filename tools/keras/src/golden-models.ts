import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostArray } from '@capas/core';
import { type GoldenCase, type GoldenGroup, resolveGolden } from '@capas/core/testing';
import { loadModel } from '@capas/layers';
import { expectationOf, type FileCheck, limitOf, savedBytes } from './check-file.ts';
import { pack } from './exchange.ts';

/** Opens a model of `models.json`, saves it in three formats, goes on training where it was compiled, and saves that. */
export async function saveGoldenModel(
  golden: GoldenCase,
  group: GoldenGroup,
  folder: string,
): Promise<{ readonly checks: readonly FileCheck[]; readonly problems: readonly string[] }> {
  const { keras, legacyH5, weightsH5 } = golden.files as Record<string, { readonly path: string } | undefined>;
  const original = join(group.dir, keras!.path);
  const { inputs, resume } = resolveGolden({ inputs: golden.inputs, resume: golden.resume ?? null }, group) as {
    inputs: unknown;
    resume: Resume | null;
  };
  const path = (name: string): string => join(folder, `${golden.id}${name}`);
  const limit = limitOf(golden);
  const checks: FileCheck[] = [];
  const problems: string[] = [];
  using model = await loadModel(original);
  const expectation = await expectationOf(model, inputs);
  const bytes = await savedBytes(model);
  using again = await loadModel(bytes);
  if (!Buffer.from(await savedBytes(again)).equals(bytes)) problems.push('.keras: saved again it has other bytes');
  await writeFile(path('.keras'), bytes);
  checks.push({
    id: `${golden.id}.keras`,
    file: path('.keras'),
    limit,
    ...expectation,
    ...(resume && { resume: pack({ x: resume.batchesX, y: resume.batchesY, logs: resume.logs }) }),
  });
  if (weightsH5) {
    await model.saveWeights(path('.weights.h5'));
    checks.push({ id: `${golden.id}.weights.h5`, file: path('.weights.h5'), original, limit, ...expectation });
  }
  if (legacyH5) {
    await model.save(path('.h5'));
    using legacy = await loadModel(path('.h5'));
    await legacy.save(path('.again.h5'));
    if (!(await readFile(path('.again.h5'))).equals(await readFile(path('.h5'))))
      problems.push('.h5: saved again it has other bytes');
    checks.push({ id: `${golden.id}.h5`, file: path('.h5'), limit, ...expectation });
  }
  if (resume) {
    for (const [i, x] of resume.batchesX.entries()) await model.trainOnBatch(x, resume.batchesY[i]!);
    await model.save(path('.trained.keras'));
    checks.push({
      id: `${golden.id}, trained on.keras`,
      file: path('.trained.keras'),
      limit,
      ...(await expectationOf(model, inputs)),
    });
  }
  return { checks, problems };
}

interface Resume {
  readonly batchesX: readonly HostArray[];
  readonly batchesY: readonly HostArray[];
  readonly logs: readonly Readonly<Record<string, number>>[];
}
