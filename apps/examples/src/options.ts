import { parseArgs } from 'node:util';
import { ArgumentError, UnknownNameError } from '@capas/core';
import { programs } from './programs.ts';

/** What the runner was asked for. */
export interface Options {
  readonly program: string;
  /** Else the program's own number. */
  readonly epochs: number | undefined;
  /** Else the fastest that works. */
  readonly backend: string | undefined;
  /** The number of samples to train on, and to test on, at most. */
  readonly limit: number | undefined;
  readonly seed: number;
  /** Where the report goes. */
  readonly json: string | undefined;
  /** Where the pictures go. */
  readonly out: string;
}

export const usage: string = `Trains one of the example programs and draws its pictures.

  pnpm examples <program> [options]

Programs: ${Object.keys(programs).join(', ')}

Options:
  --epochs N      how often to go over the data (each program has its own number)
  --backend NAME  wasm, js, tensorflow, cuda (the fastest that works here)
  --limit N       train and test on the first N samples at most (all)
  --seed N        for the first weights, the order of the samples, dropout (1)
  --json FILE     write the figures of the run there
  --out DIR       the folder for the pictures (out/<program>)
  --help          this text

Data sets are looked for in the folder that CAPAS_DATA_DIR names, then in ~/.keras/datasets, then downloaded.`;

const NAMES = ['epochs', 'backend', 'limit', 'seed', 'json', 'out'] as const;

/**
 * Reads the command line. `'help'` if that is what was asked for.
 *
 * @throws UnknownNameError for a program or option that does not exist; ArgumentError for a value that cannot be used
 */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { positionals, tokens } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h' },
      ...Object.fromEntries(NAMES.map((name) => [name, { type: 'string' }])),
    },
    allowPositionals: true,
    strict: false, // so that an unknown option gets a message that names the nearest one
    tokens: true,
  });
  const given: Partial<Record<(typeof NAMES)[number], string>> = {};
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    if (token.name === 'help' || token.name === 'h') return 'help';
    const name = NAMES.find((known) => known === token.name);
    if (!name)
      throw new UnknownNameError(
        'option',
        token.rawName,
        [...NAMES, 'help'].map((known) => `--${known}`),
      );
    if (!token.value) throw new ArgumentError('examples', `--${name}`, 'followed by a value', token.value);
    given[name] = token.value;
  }
  const [program = '', ...more] = positionals;
  if (!program) throw new ArgumentError('examples', 'program', `one of ${Object.keys(programs).join(', ')}`, program);
  if (!Object.hasOwn(programs, program)) throw new UnknownNameError('program', program, Object.keys(programs));
  if (more.length > 0) throw new ArgumentError('examples', 'program', 'one name', [program, ...more].join(' '));
  return {
    program,
    epochs: wholeNumber('--epochs', given.epochs, 1),
    backend: given.backend,
    limit: wholeNumber('--limit', given.limit, 1),
    seed: wholeNumber('--seed', given.seed, 0) ?? 1,
    json: given.json,
    out: given.out ?? `out/${program}`,
  };
}

function wholeNumber(option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || !Number.isSafeInteger(value)) {
    throw new ArgumentError('examples', option, `a whole number of at least ${least}`, text);
  }
  return value;
}
