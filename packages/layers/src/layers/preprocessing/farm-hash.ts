/** Constants of the hash: primes that spread bits well. */
const K0 = 0xc3a5c85c97cb3127n;
const K1 = 0xb492b66fbe98f273n;
const K2 = 0x9ae16a3b2f90404fn;
const SEED = 81n;

/**
 * FarmHash's `Fingerprint64` of bytes: an unsigned 64-bit number that is the same on every machine and in every version.
 *
 * @see Google's FarmHash, `farmhashna::Hash64`; TensorFlow's `tf.strings.to_hash_bucket_fast` uses it
 */
export function fingerprint64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { length } = bytes;
  if (length <= 16) return hashUpTo16(view, length);
  if (length <= 32) return hashUpTo32(view, length);
  if (length <= 64) return hashUpTo64(view, length);
  return hashLong(view, length);
}

/** Joins two fingerprints into one; the order counts. */
export function fingerprintCat64(first: bigint, second: bigint): bigint {
  const multiplier = 0xc6a4a7935bd1e995n;
  const mixed = wrap(shiftMix(wrap(second * multiplier)) * multiplier);
  const joined = wrap((first ^ multiplier ^ mixed) * multiplier);
  return shiftMix(wrap(shiftMix(joined) * multiplier));
}

const wrap = (x: bigint): bigint => BigInt.asUintN(64, x);
const rotate = (x: bigint, by: bigint): bigint => wrap((x >> by) | (x << (64n - by)));
const shiftMix = (x: bigint): bigint => x ^ (x >> 47n);
const read64 = (view: DataView, at: number): bigint => view.getBigUint64(at, true);
const read32 = (view: DataView, at: number): bigint => BigInt(view.getUint32(at, true));

function mix(u: bigint, v: bigint, multiplier: bigint): bigint {
  const a = shiftMix(wrap((u ^ v) * multiplier));
  return wrap(shiftMix(wrap((v ^ a) * multiplier)) * multiplier);
}

function hashUpTo16(view: DataView, length: number): bigint {
  if (length >= 8) {
    const multiplier = wrap(K2 + BigInt(length) * 2n);
    const a = wrap(read64(view, 0) + K2);
    const b = read64(view, length - 8);
    const c = wrap(rotate(b, 37n) * multiplier + a);
    const d = wrap((rotate(a, 25n) + b) * multiplier);
    return mix(c, d, multiplier);
  }
  if (length >= 4) {
    const multiplier = wrap(K2 + BigInt(length) * 2n);
    return mix(BigInt(length) + (read32(view, 0) << 3n), read32(view, length - 4), multiplier);
  }
  if (length === 0) return K2;
  const y = BigInt(view.getUint8(0)) + (BigInt(view.getUint8(length >> 1)) << 8n);
  const z = BigInt(length) + (BigInt(view.getUint8(length - 1)) << 2n);
  return wrap(shiftMix(wrap((y * K2) ^ (z * K0))) * K2);
}

function hashUpTo32(view: DataView, length: number): bigint {
  const multiplier = wrap(K2 + BigInt(length) * 2n);
  const a = wrap(read64(view, 0) * K1);
  const b = read64(view, 8);
  const c = wrap(read64(view, length - 8) * multiplier);
  const d = wrap(read64(view, length - 16) * K2);
  return mix(wrap(rotate(wrap(a + b), 43n) + rotate(c, 30n) + d), wrap(a + rotate(wrap(b + K2), 18n) + c), multiplier);
}

function hashUpTo64(view: DataView, length: number): bigint {
  const multiplier = wrap(K2 + BigInt(length) * 2n);
  const a = wrap(read64(view, 0) * K2);
  const b = read64(view, 8);
  const c = wrap(read64(view, length - 8) * multiplier);
  const d = wrap(read64(view, length - 16) * K2);
  const y = wrap(rotate(wrap(a + b), 43n) + rotate(c, 30n) + d);
  const z = mix(y, wrap(a + rotate(wrap(b + K2), 18n) + c), multiplier);
  const e = wrap(read64(view, 16) * multiplier);
  const f = read64(view, 24);
  const g = wrap((y + read64(view, length - 32)) * multiplier);
  const h = wrap((z + read64(view, length - 24)) * multiplier);
  return mix(wrap(rotate(wrap(e + f), 43n) + rotate(g, 30n) + h), wrap(e + rotate(wrap(f + a), 18n) + g), multiplier);
}

type Pair = readonly [bigint, bigint];

/** Takes in 32 bytes. */
function weakHash(view: DataView, at: number, seedA: bigint, seedB: bigint): Pair {
  const [w, x, y, z] = [0, 8, 16, 24].map((offset) => read64(view, at + offset)) as [bigint, bigint, bigint, bigint];
  const a = wrap(seedA + w);
  const b = rotate(wrap(seedB + a + z), 21n);
  const sum = wrap(a + x + y);
  return [wrap(sum + z), wrap(b + rotate(sum, 44n) + a)];
}

/** 64 bytes at a time, then the last 64 once more. */
function hashLong(view: DataView, length: number): bigint {
  let x = SEED;
  let y = wrap(SEED * K1 + 113n);
  let z = wrap(shiftMix(wrap(y * K2 + 113n)) * K2);
  let v: Pair = [0n, 0n];
  let w: Pair = [0n, 0n];
  x = wrap(x * K2 + read64(view, 0));
  const round = (at: number, multiplier: bigint, isLast: boolean): void => {
    const nine = isLast ? 9n : 1n;
    x = wrap(rotate(wrap(x + y + v[0] + read64(view, at + 8)), 37n) * multiplier);
    y = wrap(rotate(wrap(y + v[1] + read64(view, at + 48)), 42n) * multiplier);
    x ^= w[1] * nine;
    y = wrap(y + v[0] * nine + read64(view, at + 40));
    x = wrap(x);
    z = wrap(rotate(wrap(z + w[0]), 33n) * multiplier);
    v = weakHash(view, at, wrap(v[1] * multiplier), wrap(x + w[0]));
    w = weakHash(view, at + 32, wrap(z + w[1]), wrap(y + read64(view, at + 16)));
    [z, x] = [x, z];
  };
  const end = ((length - 1) >> 6) << 6;
  for (let at = 0; at < end; at += 64) round(at, K1, false);
  const multiplier = wrap(K1 + ((z & 0xffn) << 1n));
  w = [wrap(w[0] + BigInt((length - 1) & 63)), w[1]];
  v = [wrap(v[0] + w[0]), v[1]];
  w = [wrap(w[0] + v[0]), w[1]];
  round(length - 64, multiplier, true);
  return mix(
    wrap(mix(v[0], w[0], multiplier) + shiftMix(y) * K0 + z),
    wrap(mix(v[1], w[1], multiplier) + x),
    multiplier,
  );
}
