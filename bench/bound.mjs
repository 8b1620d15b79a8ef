/** What the machine can do at best, and how long a step takes there. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { pin } from './run-side.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const [crate, example] = ['capas-linear', 'bound'];
let isBuilt = false;

/** Peak and bandwidths of so many cores, from `crates/linear/examples/bound.rs`; `undefined` where there is no cargo. */
export function measureMachine(cores) {
  const options = { cwd: root, encoding: 'utf8' };
  const build = ['build', '--release', '--quiet', '-p', crate, '--example', example];
  isBuilt ||= spawnSync('cargo', build, options).status === 0;
  if (!isBuilt) return undefined;
  const [command, ...args] = [...pin(cores), 'cargo', 'run', ...build.slice(1), '--', `${cores}`];
  const { stdout, status } = spawnSync(command, args, options);
  return status === 0 ? JSON.parse(stdout) : undefined;
}

/** The best of several measurements. */
export function bestOf(measured) {
  const triad = measured[0].triad.map(({ bytes }, i) => ({
    bytes,
    gbs: Math.max(...measured.map((one) => one.triad[i].gbs)),
  }));
  return { ...measured[0], gflops: Math.max(...measured.map(({ gflops }) => gflops)), triad };
}

/**
 * The least time of a step in milliseconds: of each instruction, its operations at the peak or its bytes at the bandwidth,
 * whichever takes longer. The bandwidth is that of the triad over as much memory as the step goes over again and again.
 *
 * @param work what `compile-watch.mjs` says of the program
 */
export function boundOf({ instructions, memory }, { gflops, triad }) {
  const { gbs } = triad.find(({ bytes }) => bytes >= memory) ?? triad.at(-1);
  const times = instructions.map(({ flops, bytes }) => Math.max(flops / gflops, bytes / gbs) / 1e6);
  return times.reduce((sum, time) => sum + time, 0);
}
