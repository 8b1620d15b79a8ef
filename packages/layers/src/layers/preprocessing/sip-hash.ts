/** The four words of the state. */
type State = [bigint, bigint, bigint, bigint];

/**
 * SipHash-2-4 of bytes under a key of two 64-bit numbers: who does not know the key cannot find two texts with one hash.
 *
 * @see Aumasson and Bernstein, "SipHash: a fast short-input PRF"; TensorFlow's `tf.strings.to_hash_bucket_strong` uses it
 */
export function sipHash64(bytes: Uint8Array, key: readonly [bigint, bigint]): bigint {
  const [k0, k1] = key.map(wrap) as [bigint, bigint];
  const state: State = [
    k0 ^ 0x736f6d6570736575n,
    k1 ^ 0x646f72616e646f6dn,
    k0 ^ 0x6c7967656e657261n,
    k1 ^ 0x7465646279746573n,
  ];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { length } = bytes;
  const whole = length - (length % 8);
  for (let at = 0; at < whole; at += 8) takeIn(state, view.getBigUint64(at, true));
  let last = BigInt(length & 0xff) << 56n;
  for (let at = whole; at < length; at++) last |= BigInt(bytes[at]!) << BigInt(8 * (at - whole));
  takeIn(state, last);
  state[2] ^= 0xffn;
  for (let i = 0; i < 4; i++) round(state);
  return state[0] ^ state[1] ^ state[2] ^ state[3];
}

function takeIn(state: State, word: bigint): void {
  state[3] ^= word;
  round(state);
  round(state);
  state[0] ^= word;
}

function round(state: State): void {
  let [a, b, c, d] = state;
  a = wrap(a + b);
  b = rotate(b, 13n) ^ a;
  a = rotate(a, 32n);
  c = wrap(c + d);
  d = rotate(d, 16n) ^ c;
  a = wrap(a + d);
  d = rotate(d, 21n) ^ a;
  c = wrap(c + b);
  b = rotate(b, 17n) ^ c;
  c = rotate(c, 32n);
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
}

const wrap = (x: bigint): bigint => BigInt.asUintN(64, x);
const rotate = (x: bigint, by: bigint): bigint => wrap((x << by) | (x >> (64n - by)));
