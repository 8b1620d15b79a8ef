/**
 * A message of Protocol Buffers while it is written: its fields one after the other. Bytes of weights are kept as they lie, and
 * copied once, at the end.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class Message {
  readonly #parts: Uint8Array[] = [];
  #size = 0;

  /** The bytes that it takes. */
  get size(): number {
    return this.#size;
  }

  /** A field of an int32, int64 or enum. */
  int(field: number, value: number | bigint): this {
    return this.#add(varint((field << 3) | WIRE.varint), varint(value));
  }

  /** A field of a float. */
  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#add(varint((field << 3) | WIRE.fixed32), bytes);
  }

  /** A field of a string. */
  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  /** A field of bytes. */
  bytes(field: number, value: Uint8Array): this {
    return this.#add(varint((field << 3) | WIRE.lengthDelimited), varint(value.byteLength), value);
  }

  /** A field of another message. */
  message(field: number, value: Message): this {
    this.#add(varint((field << 3) | WIRE.lengthDelimited), varint(value.#size));
    for (const part of value.#parts) this.#add(part);
    return this;
  }

  /** All of it. */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(this.#size);
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.byteLength;
    }
    return bytes;
  }

  #add(...parts: readonly Uint8Array[]): this {
    for (const part of parts) {
      this.#parts.push(part);
      this.#size += part.byteLength;
    }
    return this;
  }
}

const WIRE = { varint: 0, lengthDelimited: 2, fixed32: 5 } as const;

/** Seven bits a byte, the lowest first; negative numbers have 64 bits. */
function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest ? low | 0x80 : low);
  } while (rest);
  return Uint8Array.from(bytes);
}
