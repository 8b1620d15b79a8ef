/** The base of every error that Capas throws on purpose: catch this to tell our errors from programming faults. */
export class CapasError extends Error {
  override name = 'CapasError';
}

/**
 * An argument that cannot be used: names who received it, which argument, what was expected and what came.
 *
 * @example
 * new ArgumentError('Dense', 'units', 'a positive integer', -3).message;
 * // 'Dense: `units` must be a positive integer. Received: -3.'
 */
export class ArgumentError extends CapasError {
  override name = 'ArgumentError';
  readonly who: string;
  readonly argument: string;

  constructor(who: string, argument: string, expected: string, received: unknown, hint = '') {
    super(`${who}: \`${argument}\` must be ${expected}. Received: ${show(received)}.${hint && ` ${hint}`}`);
    this.who = who;
    this.argument = argument;
  }
}

/** Shapes, ranks or lengths that do not fit together. */
export class ShapeError extends CapasError {
  override name = 'ShapeError';
}

/** A name that is not in a registry (layer, loss, metric, backend …); the message suggests the nearest ones. */
export class UnknownNameError extends CapasError {
  override name = 'UnknownNameError';

  constructor(what: string, received: string, known: readonly string[]) {
    const near = nearest(received, known);
    const hint = near.length
      ? `Did you mean ${near.map((name) => `'${name}'`).join(' or ')}?`
      : `Known: ${known.join(', ')}.`;
    super(`Unknown ${what}: '${received}'. ${hint}`);
  }
}

/** Something was used before it was ready: a model before `compile`, a layer before `build`, after `dispose`. */
export class StateError extends CapasError {
  override name = 'StateError';
}

/** No backend could be started, or the active one cannot do what was asked. */
export class BackendError extends CapasError {
  override name = 'BackendError';
}

/** A short, one-line picture of any value for an error message. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return value.name ? `function ${value.name}` : 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${(value as Uint8Array).length})`;
  if (Array.isArray(value)) {
    const shown = value.slice(0, 8).map(show).join(', ');
    return `[${shown}${value.length > 8 ? `, … ${value.length} in all` : ''}]`;
  }
  const { shape, dtype } = value as { shape?: unknown; dtype?: unknown };
  if (Array.isArray(shape)) return `${value.constructor.name} of shape ${showShape(shape)} and dtype ${String(dtype)}`;
  return value.constructor === Object ? JSON.stringify(value) : value.constructor.name;
}

/** `[null, 28, 28]` as text. */
export const showShape = (shape: readonly (number | null)[]): string => `[${shape.map(String).join(', ')}]`;

/** Up to three of `known` that are spelt like `name`, nearest first. Case and underscores do not count. */
export function nearest(name: string, known: readonly string[]): string[] {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[_\-\s]/g, '');
  const wanted = plain(name);
  return known
    .map((candidate) => ({ candidate, distance: editDistance(wanted, plain(candidate)) }))
    .filter(({ distance }) => distance <= Math.max(2, Math.floor(wanted.length / 3)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** A file is not what it should be: damaged, of another format, or made to do harm. Nothing was changed. */
export class FileFormatError extends CapasError {
  override name = 'FileFormatError';

  /** @param source the file or its format, as the message is to name it */
  constructor(source: string, problem: string, options?: ErrorOptions) {
    super(`${source}: ${problem}`, options);
  }
}
