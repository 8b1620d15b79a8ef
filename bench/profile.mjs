/** Where the time of a compiled step goes: `node bench/profile.mjs PROGRAM [BACKEND]` after a build. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeData } from './data.mjs';
import { programs } from './programs.mjs';
import { runSide } from './run-side.mjs';
import { backends } from './sides.mjs';

const [program = 'mnist', backend = 'native'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'capas-bench-'));
try {
  const { batch, steps } = programs[program];
  const task = { kind: 'profile', program, data: writeData(folder, program), steps, rows: batch * steps };
  const { text, error } = await runSide(backends[backend], task, { cores: 2 });
  console.log(text ?? error);
} finally {
  rmSync(folder, { recursive: true });
}
