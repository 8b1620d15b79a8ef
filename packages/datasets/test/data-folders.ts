import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const REPOSITORY = resolve(import.meta.dirname, '../../..');

/** The folder of real data files: `CAPAS_DATA_DIR`, else `../shared/datasets` beside the repository. */
export const REAL_DATA: string = process.env.CAPAS_DATA_DIR || join(REPOSITORY, '../shared/datasets');

/** The folder of the golden files of Python Keras. */
export const GOLDENS: string = join(REPOSITORY, '../shared/goldens');

/** Whether a file is missing, which is said aloud: tests that need it are skipped. */
export function isMissing(folder: string, file: string): boolean {
  const isThere = existsSync(join(folder, file));
  if (!isThere) console.warn(`SKIPPED: tests that need ${file}, which is not in ${folder}`);
  return !isThere;
}
