import { HostArray } from '@capas/core';

/** A case of a golden file, its tensors resolved. */
export type GoldenCase = Readonly<Record<string, unknown>> & { readonly id: string };

/** What came of a case. */
export interface GoldenOutcome {
  readonly id: string;
  readonly status: 'passed' | 'failed' | 'missing';
  /** The worst difference, in units of the tolerance; 1 is the limit. */
  readonly worst: number;
  readonly detail: string;
}

interface Tolerance {
  readonly atol: number;
  readonly rtol: number;
}

/** Reads the cases of a group of golden values. */
export async function readGoldens(dir: string, group: string): Promise<GoldenCase[]> {
  const { readFile } = await import('node:fs/promises');
  const { cases, tensors, defaultTol } = JSON.parse(await readFile(`${dir}/${group}.json`, 'utf8'));
  const bytes = await readFile(`${dir}/${tensors}`);
  const headerSize = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + headerSize).toString('utf8'));
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    if ('$float' in value) return Number(value.$float);
    if ('$t' in value) {
      const { dtype, shape, data_offsets: [from, to] } = header[value.$t as string];
      const part = bytes.buffer.slice(bytes.byteOffset + 8 + headerSize + from, bytes.byteOffset + 8 + headerSize + to);
      if (dtype === 'F32') return new HostArray(new Float32Array(part), shape);
      if (dtype === 'I32') return new HostArray(new Int32Array(part), shape);
      return new HostArray(new Uint8Array(part), shape, dtype === 'BOOL' ? 'bool' : 'uint8');
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item)]));
  };
  return cases.map((item: GoldenCase) => ({ tol: defaultTol, ...(resolve(item) as object) }));
}

/** Collects comparisons of one case. */
export class Comparison {
  readonly id: string;
  readonly #tol: Tolerance;
  #worst = 0;
  #detail = '';

  constructor(item: GoldenCase) {
    this.id = item.id;
    this.#tol = item.tol as Tolerance;
  }

  close(what: string, actual: ArrayLike<number>, expected: unknown): void {
    const want = flat(expected);
    if (actual.length !== want.length) return this.#note(Infinity, `${what}: ${actual.length} values, not ${want.length}`);
    for (let i = 0; i < want.length; i++) {
      const [a, e] = [actual[i]!, want[i]!];
      if (Object.is(a, e) || a === e) continue;
      const worst = Math.abs(a - e) / (this.#tol.atol + this.#tol.rtol * Math.abs(e));
      this.#note(Number.isNaN(worst) ? Infinity : worst, `${what}[${i}]: ${a}, not ${e}`);
    }
  }

  get outcome(): GoldenOutcome {
    return { id: this.id, status: this.#worst <= 1 ? 'passed' : 'failed', worst: this.#worst, detail: this.#detail };
  }

  #note(worst: number, detail: string): void {
    if (worst > this.#worst) [this.#worst, this.#detail] = [worst, detail];
  }
}

function flat(value: unknown): number[] {
  if (value instanceof HostArray) return Array.from(value.data as Float32Array, Number);
  return Array.isArray(value) ? value.flatMap(flat) : [Number(value)];
}
