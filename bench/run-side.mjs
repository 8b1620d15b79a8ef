/** Starts the process of a task and reads its result. */
import { spawn } from 'node:child_process';
import { cpus } from 'node:os';

const TIME_LIMIT = 300_000;

/** The command before a command that keeps it on the cores of the run. */
export const pin = (cores) =>
  process.platform === 'linux' && cpus().length > cores ? ['taskset', '-c', `0-${cores - 1}`] : [];

/**
 * Resolves to what the side says of the task, or to `{ error }`: the line that says why it failed.
 *
 * @param side one of `sides.mjs`
 */
export async function runSide(side, task, { python, cores }) {
  const command = [...pin(cores), side.isPython ? python : process.execPath, side.file];
  const { code, stdout, stderr } = await run([...command, JSON.stringify({ ...task, ...side.task })], side.env);
  const line = stdout.split('\n').findLast((text) => text.startsWith('RESULT '));
  if (line) return JSON.parse(line.slice('RESULT '.length));
  const reason = stderr.split('\n').findLast((text) => /^\S*(Error|Exception)\b/.test(text));
  return { error: reason?.slice(0, 200) ?? `ended with ${code} and no result` };
}

function run([command, ...args], env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIME_LIMIT,
    });
    const text = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) child[name].on('data', (data) => (text[name] += data));
    child.on('error', (error) => resolve({ code: error.code, ...text, stderr: `${error}` }));
    child.on('close', (code, signal) => resolve({ code: code ?? signal, ...text }));
  });
}
