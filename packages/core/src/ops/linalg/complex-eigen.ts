/** Complex numbers: their real and their imaginary parts. Matrices row by row. */
export interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** The rotation `[c, s; −s̄, c]` of two rows. */
interface Rotation {
  readonly c: number;
  readonly re: number;
  readonly im: number;
}

/**
 * The eigenvalues and eigenvectors (columns) of a complex matrix `[n, n]`, which is overwritten: rotations bring it into
 * Hessenberg form, and QR steps with Wilkinson's shifts from there to a triangle, whose eigenvectors are found backwards.
 *
 * @see Golub, Van Loan: Matrix Computations, chapter 7
 */
export function complexEigen(a: Complex, n: number): { readonly values: Complex; readonly vectors: Complex } {
  const q: Complex = { re: new Float64Array(n * n), im: new Float64Array(n * n) };
  for (let i = 0; i < n; i++) q.re[i * (n + 1)] = 1;
  const scale = Math.sqrt(a.re.reduce((sum, re, i) => sum + re * re + a.im[i]! ** 2, 0));
  for (let k = 0; k < n - 2; k++) {
    for (let i = n - 1; i > k + 1; i--) {
      const rotation = rotationOf(a, (i - 1) * n + k, i * n + k);
      rotateRows(a, n, i - 1, rotation);
      rotateColumns(a, n, i - 1, rotation);
      rotateColumns(q, n, i - 1, rotation);
    }
  }
  toTriangle(a, q, n);
  const tiny = Number.EPSILON * Math.max(scale, LEAST);
  const values = { re: new Float64Array(n), im: new Float64Array(n) };
  for (let i = 0; i < n; i++) {
    values.re[i] = a.re[i * (n + 1)]!;
    const imaginary = a.im[i * (n + 1)]!;
    values.im[i] = Math.abs(imaginary) <= n * tiny ? 0 : imaginary; // what rounding left of a real eigenvalue
  }
  return { values, vectors: vectorsOf(a, q, n, tiny) };
}

/** The scale of a matrix of zeros: its share of rounding can be squared. */
const LEAST = 1e-100;

/** QR steps on the last block that has not come apart yet, until all have. */
function toTriangle(a: Complex, q: Complex, n: number): void {
  let last = n - 1;
  // each eigenvalue takes two or three steps; NaN never comes apart
  for (let turn = 0, rest = 100 * n; last > 0 && rest > 0; turn++, rest--) {
    let first = last;
    while (first > 0 && !isSmall(a, n, first)) first--;
    if (first > 0) a.re[first * n + first - 1] = a.im[first * n + first - 1] = 0;
    if (first === last) {
      last--;
      turn = -1;
      continue;
    }
    const shift = turn > 0 && turn % 10 === 0 ? unusualShift(a, n, last) : wilkinsonShift(a, n, last);
    addToDiagonal(a, n, first, last, -shift.re, -shift.im);
    const rotations: Rotation[] = [];
    for (let k = first; k < last; k++) {
      rotations[k] = rotationOf(a, k * n + k, (k + 1) * n + k);
      rotateRows(a, n, k, rotations[k]!);
    }
    for (let k = first; k < last; k++) {
      rotateColumns(a, n, k, rotations[k]!);
      rotateColumns(q, n, k, rotations[k]!);
    }
    addToDiagonal(a, n, first, last, shift.re, shift.im);
  }
}

/** The eigenvectors of a triangle, turned back by `q`, of length 1, their largest element real. */
function vectorsOf(t: Complex, q: Complex, n: number, tiny: number): Complex {
  const vectors = { re: new Float64Array(n * n), im: new Float64Array(n * n) };
  for (let k = 0; k < n; k++) {
    const v = { re: new Float64Array(n), im: new Float64Array(n) };
    v.re[k] = 1;
    for (let i = k - 1; i >= 0; i--) {
      const sum = row(t, n, i, v, i + 1, k);
      let re = t.re[k * (n + 1)]! - t.re[i * (n + 1)]!;
      const im = t.im[k * (n + 1)]! - t.im[i * (n + 1)]!;
      if (Math.hypot(re, im) < tiny) re = tiny;
      const square = re * re + im * im;
      v.re[i] = (sum.re * re + sum.im * im) / square;
      v.im[i] = (sum.im * re - sum.re * im) / square;
    }
    const x = Array.from({ length: n }, (_, i) => row(q, n, i, v, 0, k));
    const lengths = x.map(({ re, im }) => Math.hypot(re, im));
    const largest = x[Math.max(0, lengths.indexOf(Math.max(...lengths)))]!;
    const factor = Math.hypot(...lengths) * Math.hypot(largest.re, largest.im);
    x.forEach(({ re, im }, i) => {
      vectors.re[i * n + k] = (re * largest.re + im * largest.im) / factor;
      const imaginary = (im * largest.re - re * largest.im) / factor;
      vectors.im[i * n + k] = Math.abs(imaginary) <= n * Number.EPSILON ? 0 : imaginary;
    });
  }
  return vectors;
}

/** The product of elements `from … to` of row `i` with those of a vector. */
function row(m: Complex, n: number, i: number, v: Complex, from: number, to: number): { re: number; im: number } {
  let [re, im] = [0, 0];
  for (let j = from; j <= to; j++) {
    const at = i * n + j;
    re += m.re[at]! * v.re[j]! - m.im[at]! * v.im[j]!;
    im += m.re[at]! * v.im[j]! + m.im[at]! * v.re[j]!;
  }
  return { re, im };
}

/** Whether the element left of the diagonal in row `i` is nothing beside its neighbours. */
function isSmall({ re, im }: Complex, n: number, i: number): boolean {
  const size = (at: number) => Math.hypot(re[at]!, im[at]!);
  return size(i * n + i - 1) <= Number.EPSILON * (size((i - 1) * (n + 1)) + size(i * (n + 1)));
}

/** The rotation that makes the second of two elements 0. */
function rotationOf({ re, im }: Complex, first: number, second: number): Rotation {
  const [a, b] = [Math.hypot(re[first]!, im[first]!), Math.hypot(re[second]!, im[second]!)];
  if (b === 0) return { c: 1, re: 0, im: 0 };
  if (a === 0) return { c: 0, re: 1, im: 0 };
  const factor = a * Math.hypot(a, b);
  return {
    c: a / Math.hypot(a, b),
    re: (re[first]! * re[second]! + im[first]! * im[second]!) / factor,
    im: (im[first]! * re[second]! - re[first]! * im[second]!) / factor,
  };
}

/** Rows `k` and `k + 1` rotated. */
function rotateRows(m: Complex, n: number, k: number, { c, re, im }: Rotation): void {
  for (let j = 0; j < n; j++) rotate(m, k * n + j, (k + 1) * n + j, c, re, im);
}

/** Columns `k` and `k + 1` rotated back: the product with the inverse from the right. */
function rotateColumns(m: Complex, n: number, k: number, { c, re, im }: Rotation): void {
  for (let i = 0; i < n; i++) rotate(m, i * n + k, i * n + k + 1, c, re, -im);
}

/** `(x, y)` → `(c x + s y, c y − s̄ x)` */
function rotate(m: Complex, first: number, second: number, c: number, sRe: number, sIm: number): void {
  const [xRe, xIm, yRe, yIm] = [m.re[first]!, m.im[first]!, m.re[second]!, m.im[second]!];
  m.re[first] = c * xRe + sRe * yRe - sIm * yIm;
  m.im[first] = c * xIm + sRe * yIm + sIm * yRe;
  m.re[second] = c * yRe - sRe * xRe - sIm * xIm;
  m.im[second] = c * yIm - sRe * xIm + sIm * xRe;
}

function addToDiagonal(m: Complex, n: number, first: number, last: number, re: number, im: number): void {
  for (let i = first; i <= last; i++) {
    m.re[i * (n + 1)]! += re;
    m.im[i * (n + 1)]! += im;
  }
}

/** The eigenvalue of the last block of two that is nearest to its last element. */
function wilkinsonShift({ re, im }: Complex, n: number, last: number): { re: number; im: number } {
  const [a, b, c, d] = [(last - 1) * (n + 1), (last - 1) * n + last, last * n + last - 1, last * (n + 1)];
  // d − z is an eigenvalue where z² − (d − a) z − b c = 0
  const [halfRe, halfIm] = [(re[d]! - re[a]!) / 2, (im[d]! - im[a]!) / 2];
  const [productRe, productIm] = [re[b]! * re[c]! - im[b]! * im[c]!, re[b]! * im[c]! + im[b]! * re[c]!];
  const rootSquareRe = halfRe * halfRe - halfIm * halfIm + productRe;
  const rootSquareIm = 2 * halfRe * halfIm + productIm;
  const size = Math.hypot(rootSquareRe, rootSquareIm);
  let rootRe = Math.sqrt((size + rootSquareRe) / 2 || 0);
  let rootIm = Math.sign(rootSquareIm || 1) * Math.sqrt(Math.max(0, (size - rootSquareRe) / 2));
  if (halfRe * rootRe + halfIm * rootIm < 0) [rootRe, rootIm] = [-rootRe, -rootIm];
  // the product of both roots is −b c: the smaller one is found without cancellation
  const [sumRe, sumIm] = [halfRe + rootRe, halfIm + rootIm];
  const square = sumRe * sumRe + sumIm * sumIm;
  if (square === 0) return { re: re[d]!, im: im[d]! };
  return {
    re: re[d]! + (productRe * sumRe + productIm * sumIm) / square,
    im: im[d]! + (productIm * sumRe - productRe * sumIm) / square,
  };
}

/** One that ends the rare cycles. */
function unusualShift({ re, im }: Complex, n: number, last: number): { re: number; im: number } {
  const at = last * n + last - 1;
  return { re: re[last * (n + 1)]! + Math.hypot(re[at]!, im[at]!), im: im[last * (n + 1)]! };
}
