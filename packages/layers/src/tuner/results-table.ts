import type { Trial } from './trial.ts';

/** Trials as lines of text, with a line of headings: score, best epoch, time, values. */
export function resultsTable(objective: string, trials: readonly Trial[]): string[] {
  const rows = [['trial', objective, 'epoch', 'time', 'values'], ...trials.map(cells)];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => row.map((cell, i) => (i === 4 ? cell : cell.padStart(widths[i]!))).join('  '));
}

function cells({ id, score, bestEpoch, epochs, seconds, values, message }: Trial): string[] {
  const chosen = Object.entries(values).map(([name, value]) => `${name}: ${short(value)}`);
  return [
    `${id}`,
    score === null ? (message === undefined ? 'not finite' : 'failed') : score.toPrecision(4),
    bestEpoch === null ? '-' : `${bestEpoch + 1}/${epochs}`,
    `${seconds.toFixed(1)} s`,
    [...chosen, ...(message === undefined ? [] : [`(${message})`])].join(', '),
  ];
}

const short = (value: unknown): string =>
  typeof value === 'number' && !Number.isInteger(value) ? `${Number(value.toPrecision(4))}` : `${value}`;
