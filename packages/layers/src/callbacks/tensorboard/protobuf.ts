/** Fields of a protobuf message one after the other: a message, or part of one. */
export function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A field with an integer, 0 or more. */
export const integer = (field: number, value: number): Uint8Array => join(key(field, 0), varint(value));

/** A field with a float64. */
export function double(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return join(key(field, 1), bytes);
}

/** A field with text, bytes or a message. */
export function block(field: number, ...content: readonly (string | Uint8Array)[]): Uint8Array {
  const bytes = join(...content.map((part) => (typeof part === 'string' ? new TextEncoder().encode(part) : part)));
  return join(key(field, 2), varint(bytes.length), bytes);
}

const key = (field: number, wireType: number): Uint8Array => varint(field * 8 + wireType);

/** Seven bits a byte, the lowest first; not with shifts, which end at 32 bits. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.from([...bytes, rest]);
}
