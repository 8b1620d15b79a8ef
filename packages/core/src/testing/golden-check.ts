import type { HostData, HostDType } from '../tensor/dtype.ts';
import { HostArray } from '../tensor/host-array.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { compareGolden, type GoldenCase, type GoldenGroup, type Tolerance } from './goldens.ts';

/** What came of a golden case. */
export interface GoldenOutcome {
  readonly id: string;
  /** `'missing'`: what the case is about does not exist here yet. */
  readonly status: 'passed' | 'failed' | 'missing';
  /** The worst difference, in units of the tolerance; 1 is the limit. */
  readonly worst: number;
  readonly detail: string;
}

/** Collects the comparisons of one case. */
export class GoldenCheck {
  readonly id: string;
  readonly tol: Tolerance;
  #worst = 0;
  #detail = '';

  constructor(golden: GoldenCase, group: Pick<GoldenGroup, 'defaultTol'>) {
    this.id = golden.id;
    this.tol = golden.tol ?? group.defaultTol;
  }

  /** Compares a value with the expected one; nested lists and records item by item, `null` where there must be none. */
  close(what: string, actual: unknown, expected: unknown, tol: Tolerance = this.tol): void {
    if (expected === null || expected === undefined) {
      if (actual !== null && actual !== undefined) this.fail(`${what}: there should be none`);
      return;
    }
    if (Array.isArray(expected) && !isNumbers(expected)) {
      const list = (Array.isArray(actual) ? actual : [actual]) as unknown[];
      if (list.length !== expected.length) this.fail(`${what}: ${list.length} items instead of ${expected.length}`);
      else for (const [i, item] of expected.entries()) this.close(`${what}[${i}]`, list[i], item, tol);
      return;
    }
    if (actual === null || actual === undefined) {
      this.fail(`${what}: there is none`);
      return;
    }
    const wanted = expected instanceof HostArray ? expected : HostArray.from(expected);
    const { worst, detail } = compareGolden(toHost(actual), wanted, tol);
    if (worst > this.#worst) [this.#worst, this.#detail] = [worst, `${what}: ${detail}`];
  }

  /** Notes a difference that no tolerance allows. */
  fail(detail: string): void {
    this.#worst = Number.POSITIVE_INFINITY;
    this.#detail = detail;
  }

  get outcome(): GoldenOutcome {
    return { id: this.id, status: this.#worst <= 1 ? 'passed' : 'failed', worst: this.#worst, detail: this.#detail };
  }
}

/** Ten times the tolerance, scaled by the largest value: what the goldens allow for gradients of weights. */
export function gradientTolerance({ atol, rtol }: Tolerance, expected: unknown): Tolerance {
  const largest =
    expected instanceof HostArray ? Math.max(1, ...Array.from(expected.data as Float32Array, Math.abs)) : 1;
  return { atol: 10 * atol * largest, rtol };
}

/** An outcome for a case about something that does not exist yet. */
export const missing = (golden: GoldenCase, what: string): GoldenOutcome => ({
  id: golden.id,
  status: 'missing',
  worst: Number.NaN,
  detail: `${what} is not there yet`,
});

const isNumbers = (value: readonly unknown[]): boolean =>
  value.length > 0 && value.every((item) => typeof item === 'number' || (Array.isArray(item) && isNumbers(item)));

function toHost(value: unknown): HostArray {
  if (value instanceof HostArray) return value;
  const tensor = value as Tensor;
  if (typeof value === 'object' && value !== null && 'dataId' in value) {
    return new HostArray(tensor.dataSync() as HostData, tensor.shape, tensor.dtype as HostDType);
  }
  return HostArray.from(value);
}
