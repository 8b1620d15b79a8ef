import { CapasError } from '../errors.ts';
import { HostArray } from '../tensor/host-array.ts';
import { readSafetensors } from '../tensor/safetensors.ts';

/** How far a value may be from the expected one: `|a − e| ≤ atol + rtol · |e|`. */
export interface Tolerance {
  readonly atol: number;
  readonly rtol: number;
}

/** One case of a golden file; the other fields depend on the group. */
export interface GoldenCase {
  readonly id: string;
  readonly tol?: Tolerance;
  /** Why a difference is no error, where it is none. */
  readonly advisory?: string;
  readonly [field: string]: unknown;
}

/** A file of expected results of Python Keras with its tensors. */
export interface GoldenGroup {
  readonly group: string;
  readonly defaultTol: Tolerance;
  readonly cases: readonly GoldenCase[];
  readonly tensors: ReadonlyMap<string, HostArray>;
  /** The folder that it was read from. */
  readonly dir: string;
}

/**
 * The folder of golden values: `CAPAS_GOLDENS_DIR`, else `../shared/goldens` beside the repository; `undefined` if there is
 * none.
 */
export async function goldensDir(): Promise<string | undefined> {
  const { existsSync } = await import('node:fs');
  const { dirname, join, resolve } = await import('node:path');
  const given = process.env['CAPAS_GOLDENS_DIR'];
  if (given) return existsSync(given) ? given : undefined;
  let root = process.cwd();
  while (!existsSync(join(root, 'pnpm-workspace.yaml'))) {
    if (dirname(root) === root) return undefined;
    root = dirname(root);
  }
  const beside = resolve(root, '../shared/goldens');
  return existsSync(beside) ? beside : undefined;
}

/** Reads `<name>.json` and its safetensors file from a folder of goldens. */
export async function readGoldens(name: string, dir: string): Promise<GoldenGroup> {
  const { readFile } = await import('node:fs/promises');
  const { join } = await import('node:path');
  const group = JSON.parse(await readFile(join(dir, `${name}.json`), 'utf8')) as GoldenGroup & {
    format: number;
    tensors: string;
  };
  if (group.format !== 1)
    throw new CapasError(`goldens: ${name}.json has format ${group.format}; this reads format 1.`);
  const tensors = readSafetensors(new Uint8Array(await readFile(join(dir, group.tensors))), group.tensors);
  return { group: group.group, defaultTol: group.defaultTol, cases: group.cases, tensors, dir };
}

/** Replaces the references of a golden value: tensors and strings become host arrays, `$float` a number. */
export function resolveGolden(value: unknown, group: GoldenGroup): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveGolden(item, group));
  if (typeof value !== 'object' || value === null) return value;
  const { $t, $strings, $float, shape } = value as Record<string, unknown>;
  if (typeof $t === 'string') {
    const tensor = group.tensors.get($t);
    if (!tensor) throw new CapasError(`goldens: there is no tensor '${$t}' in the group ${group.group}.`);
    return tensor;
  }
  if (Array.isArray($strings)) return new HostArray($strings as string[], shape as number[], 'string');
  if (typeof $float === 'string') return Number($float);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolveGolden(item, group)]));
}

/** The result of a comparison: `worst` is the largest difference in units of what is allowed, so up to 1 passes. */
export interface Comparison {
  readonly worst: number;
  /** What differs, in words; empty if nothing does. */
  readonly detail: string;
}

/** Compares values element by element; shapes must be the same, NaN equals NaN, infinities themselves. */
export function compareGolden(actual: HostArray, expected: HostArray | number | boolean, tol: Tolerance): Comparison {
  const wanted = expected instanceof HostArray ? expected : HostArray.from(expected);
  if (String(actual.shape) !== String(wanted.shape)) {
    return { worst: Infinity, detail: `shape [${actual.shape}] instead of [${wanted.shape}]` };
  }
  if (wanted.dtype === 'string') {
    const at = (wanted.data as readonly string[]).findIndex((text, i) => text !== actual.data[i]);
    return at === -1
      ? SAME
      : { worst: Infinity, detail: `'${actual.data[at]}' instead of '${wanted.data[at]}' at ${at}` };
  }
  let result: Comparison = SAME;
  for (let i = 0; i < wanted.size; i++) {
    const [a, e] = [actual.get(i), wanted.get(i)];
    if (Object.is(a, e) || a === e) continue;
    const finite = Number.isFinite(a) && Number.isFinite(e);
    const worst = finite ? Math.abs(a - e) / (tol.atol + tol.rtol * Math.abs(e)) : Infinity;
    if (worst > result.worst) result = { worst, detail: `${a} instead of ${e} at element ${i}` };
  }
  return result;
}

const SAME: Comparison = { worst: 0, detail: '' };
