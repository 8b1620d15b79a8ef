import { open, rename } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { cpu } from '@capas/backend-cpu';
import { gpu } from '@capas/backend-gpu';
import { activeExecutor, useBackend } from '@capas/core';
import { goldensDir } from '@capas/core/testing';
import { type GroupReport, groupsIn, runGoldens } from './run-goldens.ts';
import { isCompilable } from './runners.ts';

const usage = `pnpm goldens [--group NAME] [--case ID] [--backend NAME] [--eager | --compiled] [--dir DIR] [--json FILE]

Runs golden cases of Python Keras through the public API and prints, per group, what passed, failed, and is not there yet.
With --compiled as programs of the backend: ops, layers and training; the other groups are left out.
Without --dir: the folder CAPAS_GOLDENS_DIR, else ../shared/goldens.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      group: { type: 'string' },
      case: { type: 'string' },
      backend: { type: 'string' },
      eager: { type: 'boolean' },
      compiled: { type: 'boolean' },
      dir: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const mode = values.compiled ? 'compiled' : 'eager';
  const dir = values.dir ?? (await goldensDir());
  if (!dir) return fail('no folder of golden values was found. Name one with --dir or CAPAS_GOLDENS_DIR.');
  const all = await groupsIn(dir);
  const groups = values.compiled ? all.filter(isCompilable) : all;
  if (values.group && !groups.includes(values.group))
    return fail(`there is no group '${values.group}' in ${dir}: ${groups.join(', ')}`);
  if (values.backend) process.env.CAPAS_BACKEND = values.backend;
  const backend = await useBackend(...gpu({ allowCpu: true }), ...cpu({ prefer: ['native', 'wasm', 'js'] }));
  if (values.compiled && !activeExecutor()) return fail(`--compiled: the backend '${backend.name}' runs no programs.`);
  console.log(`goldens: ${dir}, backend ${backend.name} (${backend.device}), ${mode}\n`);

  const reports: GroupReport[] = [];
  for (const group of values.group ? [values.group] : groups) {
    for await (const report of runGoldens({ dir, group, caseId: values.case, mode })) {
      reports.push(report);
      print(report);
    }
  }
  const total = (count: (report: GroupReport) => number): number =>
    reports.reduce((sum, report) => sum + count(report), 0);
  const failed = total((report) => report.failed.length);
  console.log(
    `\n${total((report) => report.passed)} passed, ${failed} failed, ${total((report) => report.missing.length)} not there yet`,
  );
  if (values.json)
    await writeJson(values.json, {
      dir,
      backend: backend.name,
      device: backend.device,
      mode,
      groups: reports,
    });
  return failed ? 1 : 0;
}

function print({ group, passed, failed, missing, advisory, leaked }: GroupReport): void {
  console.log(
    `${group}: ${passed} passed, ${failed.length} failed, ${missing.length} not there yet${leaked ? `, ${leaked} tensors left behind` : ''}`,
  );
  for (const { id, worst, detail } of failed)
    console.log(`  FAILED ${id}: ${detail} (${worst.toPrecision(3)} × what is allowed)`);
  for (const { id, detail } of advisory) console.log(`  differs, for information: ${id}: ${detail}`);
  const reasons = new Map<string, string[]>();
  for (const { id, detail } of missing) reasons.set(detail, [...(reasons.get(detail) ?? []), id]);
  for (const [detail, ids] of reasons) console.log(`  ${detail} (${ids.length})`);
}

/** Written beside its place, synced and renamed: a reader never sees half a file. */
async function writeJson(file: string, value: unknown): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = await open(temporary, 'w');
  await handle.writeFile(`${JSON.stringify(value, null, 2)}\n`);
  await handle.sync();
  await handle.close();
  await rename(temporary, file);
}

function fail(message: string): number {
  console.error(`goldens: ${message}`);
  return 2;
}

process.exitCode = await main();
