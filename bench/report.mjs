/** What `bench.mjs` prints: Markdown tables. */
import { programs } from './programs.mjs';

export const table = (header, rows) =>
  [header, header.map((_, i) => (i === 0 ? '---' : '---:')), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

export const figure = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

/** A peer's figure and how many times as much it is as ours. */
export const beside = (value, ours) => (ours ? `${figure(value)} (${figure(value / ours)}×)` : figure(value));

export const share = (part, whole) => (part === undefined ? '–' : `${Math.round((100 * part) / whole)} %`);

/** A result beside ours: `ours` is `undefined` for the one that others are compared with. */
function cell(result, ours, key = 'ms', unit = 1) {
  if (!result) return '–';
  return result.error ? 'fails' : beside(result[key] / unit, ours && !ours.error ? ours[key] / unit : undefined);
}

/** What the machine can do. */
export function machineText({ gflops, triad, tier }) {
  const { gbs } = triad.at(-1);
  return `At best ${gflops.toFixed(0)} GFLOPS in registers (${tier}); triad ${gbs.toFixed(1)} GB/s in memory.`;
}

/** Milliseconds per step of `fit`: a line for each program and backend of ours. `bounds` are the least milliseconds. */
export function stepsTable({ results, bounds, ours, others }) {
  const header = ['program (batch)', 'backend', 'ms/step', 'samples/s', 'of the bound', ...others];
  const rows = Object.entries(results.fit).flatMap(([program, sides]) =>
    ours
      .filter((name) => sides[name])
      .map((name) => {
        const { batch, title } = programs[program];
        const { ms, error } = sides[name];
        const own = error
          ? ['fails', '–', '–']
          : [figure(ms), `${Math.round((1000 * batch) / ms)}`, share(bounds[program], ms)];
        return [`${title} (${batch})`, name, ...own, ...others.map((other) => cell(sides[other], sides[name]))];
      }),
  );
  return `Milliseconds per step of \`fit\`; in brackets, how many times as long as the backend of the row.\n\n${table(header, rows)}`;
}

/** Everything else; in brackets, how many times as much as our first backend. */
export function othersTable({ results: { fit, compile = {}, first = {}, predict = {}, evaluate = {} }, ours, others }) {
  const sides = [...ours, ...others];
  const row = (title, found, ...how) => {
    return [title, ...sides.map((name) => cell(found[name], name === ours[0] ? undefined : found[ours[0]], ...how))];
  };
  const each = (kind, title, ...how) =>
    Object.entries(kind).map(([program, found]) => row(`${programs[program].title}: ${title}`, found, ...how));
  const rows = [
    ...each(first, 'process start to end of first epoch (60,000 rows), ms'),
    ...each(predict, '`predict` of 10,000 rows or 2,000 images, ms'),
    ...each(evaluate, '`evaluate` of as many, ms'),
    ...each(compile, 'compiling the step, ms'),
    ...each(fit, 'peak memory of the process, MiB', 'peakMemory', 2 ** 20),
  ];
  return table(['', ...sides], rows);
}

/** Versions, failures, and who did not learn. */
export function notesOf(results) {
  const notes = new Set();
  for (const [kind, byProgram] of Object.entries(results))
    for (const [program, sides] of Object.entries(byProgram))
      for (const [side, { version, error, losses }] of Object.entries(sides)) {
        const task = `${programs[program].title}, ${kind}, ${side}`;
        if (version) notes.add(version);
        if (error) notes.add(`${task}: ${error}`);
        if (losses && !(losses[1] < losses[0])) notes.add(`${task}: the loss did not fall: ${losses.join(' to ')}`);
      }
  return [...notes].join('\n');
}
