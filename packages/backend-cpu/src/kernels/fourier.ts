/** Transforms `n` complex numbers in place, `re` and `im` apart: the discrete Fourier transform, not scaled. */
export function fourier(re: Float64Array, im: Float64Array, inverse: boolean): void {
  const n = re.length;
  if (n <= 1) return;
  if ((n & (n - 1)) === 0) radixTwo(re, im, inverse);
  else chirp(re, im, inverse);
}

/** Cooley and Tukey's transform, for powers of two. */
function radixTwo(re: Float64Array, im: Float64Array, inverse: boolean): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j]!, re[i]!];
      [im[i], im[j]] = [im[j]!, im[i]!];
    }
  }
  for (let size = 2; size <= n; size *= 2) {
    const half = size / 2;
    const angle = ((inverse ? 2 : -2) * Math.PI) / size;
    for (let k = 0; k < half; k++) {
      const [cos, sin] = [Math.cos(angle * k), Math.sin(angle * k)];
      for (let a = k; a < n; a += size) {
        const b = a + half;
        const x = re[b]! * cos - im[b]! * sin;
        const y = re[b]! * sin + im[b]! * cos;
        re[b] = re[a]! - x;
        im[b] = im[a]! - y;
        re[a] = re[a]! + x;
        im[a] = im[a]! + y;
      }
    }
  }
}

/** Bluestein's transform, for any length: a convolution with a chirp, by transforms of a power of two. */
function chirp(re: Float64Array, im: Float64Array, inverse: boolean): void {
  const n = re.length;
  const size = 2 ** Math.ceil(Math.log2(2 * n - 1));
  const [cos, sin] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) {
    const angle = ((inverse ? 1 : -1) * Math.PI * ((i * i) % (2 * n))) / n;
    cos[i] = Math.cos(angle);
    sin[i] = Math.sin(angle);
  }
  const [aRe, aIm] = [new Float64Array(size), new Float64Array(size)];
  const [bRe, bIm] = [new Float64Array(size), new Float64Array(size)];
  for (let i = 0; i < n; i++) {
    aRe[i] = re[i]! * cos[i]! - im[i]! * sin[i]!;
    aIm[i] = re[i]! * sin[i]! + im[i]! * cos[i]!;
    bRe[i] = cos[i]!;
    bIm[i] = -sin[i]!;
    if (i > 0) [bRe[size - i], bIm[size - i]] = [cos[i]!, -sin[i]!];
  }
  radixTwo(aRe, aIm, false);
  radixTwo(bRe, bIm, false);
  for (let i = 0; i < size; i++) {
    const x = aRe[i]! * bRe[i]! - aIm[i]! * bIm[i]!;
    aIm[i] = (aRe[i]! * bIm[i]! + aIm[i]! * bRe[i]!) / size;
    aRe[i] = x / size;
  }
  radixTwo(aRe, aIm, true);
  for (let i = 0; i < n; i++) {
    re[i] = aRe[i]! * cos[i]! - aIm[i]! * sin[i]!;
    im[i] = aRe[i]! * sin[i]! + aIm[i]! * cos[i]!;
  }
}
