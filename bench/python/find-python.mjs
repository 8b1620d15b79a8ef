import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The interpreter of a virtual environment. */
export const pythonIn = (folder) => join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

/** The interpreter that has the peers: the one given, of `CAPAS_BENCH_PYTHON`, or of `pnpm bench:setup`; `undefined` if there is none. */
export function findPython(given = process.env.CAPAS_BENCH_PYTHON) {
  const made = pythonIn(fileURLToPath(new URL('../../out/bench-python', import.meta.url)));
  return given ?? (existsSync(made) ? made : undefined);
}
