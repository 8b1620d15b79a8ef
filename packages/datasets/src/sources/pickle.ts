import { FileFormatError } from '@capas/core';

/** A NumPy array inside a pickle: its raw bytes, or a list for dtype object. */
export class PickledArray {
  readonly shape: readonly number[] = [];
  readonly dtype: string = '';
  readonly data: Uint8Array | readonly unknown[] = [];
}

/** A NumPy dtype inside a pickle, as NumPy spells it: `u1`, `O8`. */
class PickledDtype {
  readonly spelling: string;
  constructor(spelling: string) {
    this.spelling = spelling;
  }
}

/**
 * Reads a Python pickle of protocol 2, as the CIFAR, IMDB and Reuters files hold them: dicts, lists, tuples, integers,
 * byte strings and NumPy arrays. Nothing of a pickle is run: the three NumPy names it may call are understood here,
 * and **every other opcode or name is refused**.
 *
 * Dicts become `Map`; byte strings of fewer than 256 bytes become strings (Latin-1), longer ones stay bytes (a view).
 *
 * @param name - the file's name, for messages
 * @throws {@link FileFormatError} naming the opcode or the name, and where it stands
 * @see https://github.com/python/cpython/blob/main/Lib/pickletools.py
 */
export function readPickle(bytes: Uint8Array, name = 'pickle'): unknown {
  return new PickleReader(bytes, name).read();
}

/** Opcodes by their names in `pickletools`. */
const OP = {
  MARK: 0x28,
  STOP: 0x2e,
  BININT: 0x4a,
  BININT1: 0x4b,
  BININT2: 0x4d,
  NONE: 0x4e,
  REDUCE: 0x52,
  BINSTRING: 0x54,
  SHORT_BINSTRING: 0x55,
  EMPTY_LIST: 0x5d,
  APPEND: 0x61,
  BUILD: 0x62,
  GLOBAL: 0x63,
  APPENDS: 0x65,
  BINGET: 0x68,
  LONG_BINGET: 0x6a,
  BINPUT: 0x71,
  LONG_BINPUT: 0x72,
  SETITEM: 0x73,
  TUPLE: 0x74,
  SETITEMS: 0x75,
  EMPTY_DICT: 0x7d,
  PROTO: 0x80,
  TUPLE1: 0x85,
  TUPLE2: 0x86,
  TUPLE3: 0x87,
  NEWTRUE: 0x88,
  NEWFALSE: 0x89,
} as const;

const RECONSTRUCT = 'numpy.core.multiarray _reconstruct';
const NDARRAY = 'numpy ndarray';
const DTYPE = 'numpy dtype';

/** A name that a GLOBAL opcode put on the stack. */
class PickledName {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

class PickleReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #name: string;
  readonly #stack: unknown[] = [];
  readonly #marks: number[] = [];
  readonly #memo: unknown[] = [];
  #at = 0;

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#name = name;
  }

  read(): unknown {
    if (this.#bytes[0] !== OP.PROTO || this.#bytes[1] !== 2) {
      throw this.#problem('not a pickle of protocol 2');
    }
    try {
      for (;;) {
        const opcode = this.#view.getUint8(this.#at++);
        if (opcode === OP.STOP) return this.#stack.pop();
        this.#step(opcode);
      }
    } catch (error) {
      if (error instanceof RangeError) throw this.#problem('the pickle ends too early');
      throw error;
    }
  }

  #step(opcode: number): void {
    const stack = this.#stack;
    switch (opcode) {
      case OP.BININT1:
        stack.push(this.#view.getUint8(this.#at++));
        return;
      case OP.BININT2:
        stack.push(this.#view.getUint16(this.#at, true));
        this.#at += 2;
        return;
      case OP.BININT:
        stack.push(this.#view.getInt32(this.#at, true));
        this.#at += 4;
        return;
      case OP.PROTO:
        this.#at += 1;
        return;
      case OP.MARK:
        this.#marks.push(stack.length);
        return;
      case OP.NONE:
        stack.push(null);
        return;
      case OP.NEWTRUE:
      case OP.NEWFALSE:
        stack.push(opcode === OP.NEWTRUE);
        return;
      case OP.EMPTY_LIST:
        stack.push([]);
        return;
      case OP.EMPTY_DICT:
        stack.push(new Map());
        return;
      case OP.SHORT_BINSTRING:
        stack.push(latin1(this.#take(this.#view.getUint8(this.#at++))));
        return;
      case OP.BINSTRING: {
        const length = this.#view.getInt32(this.#at, true);
        this.#at += 4;
        stack.push(this.#take(length));
        return;
      }
      case OP.TUPLE:
        stack.push(this.#popMark());
        return;
      case OP.TUPLE1:
      case OP.TUPLE2:
      case OP.TUPLE3:
        stack.push(stack.splice(stack.length - (opcode - OP.TUPLE1 + 1)));
        return;
      case OP.APPEND:
        this.#append([stack.pop()]);
        return;
      case OP.APPENDS:
        this.#append(this.#popMark());
        return;
      case OP.SETITEM:
        this.#setItems(stack.splice(-2));
        return;
      case OP.SETITEMS:
        this.#setItems(this.#popMark());
        return;
      case OP.BINPUT:
        this.#memo[this.#view.getUint8(this.#at++)] = stack.at(-1);
        return;
      case OP.LONG_BINPUT:
        this.#memo[this.#view.getUint32(this.#at, true)] = stack.at(-1);
        this.#at += 4;
        return;
      case OP.BINGET:
        stack.push(this.#recall(this.#view.getUint8(this.#at++)));
        return;
      case OP.LONG_BINGET:
        this.#at += 4;
        stack.push(this.#recall(this.#view.getUint32(this.#at - 4, true)));
        return;
      case OP.GLOBAL:
        stack.push(this.#global());
        return;
      case OP.REDUCE:
        this.#reduce();
        return;
      case OP.BUILD:
        this.#build();
        return;
      default:
        this.#at -= 1;
        throw this.#problem(`opcode 0x${opcode.toString(16).padStart(2, '0')} is refused`);
    }
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (length < 0 || end > this.#bytes.length) throw this.#problem('the pickle ends too early');
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }

  #popMark(): unknown[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw this.#problem('no mark on the stack');
    return this.#stack.splice(mark);
  }

  #append(items: readonly unknown[]): void {
    const list = this.#stack.at(-1);
    if (!Array.isArray(list)) throw this.#problem('items without a list');
    for (const item of items) list.push(item);
  }

  #setItems(items: readonly unknown[]): void {
    const dict = this.#stack.at(-1);
    if (!(dict instanceof Map)) throw this.#problem('items without a dict');
    for (let i = 0; i < items.length; i += 2) dict.set(items[i], items[i + 1]);
  }

  #recall(key: number): unknown {
    if (!(key in this.#memo)) throw this.#problem(`nothing was stored under ${key}`);
    return this.#memo[key];
  }

  #global(): PickledName {
    const start = this.#at;
    const lines = [this.#line(), this.#line()];
    const name = lines.join(' ');
    if (![RECONSTRUCT, NDARRAY, DTYPE].includes(name)) {
      this.#at = start - 1;
      throw this.#problem(`the name '${lines.join('.')}' is refused, only NumPy arrays are read`);
    }
    return new PickledName(name);
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw this.#problem('the pickle ends too early');
    const line = latin1(this.#take(end - this.#at));
    this.#at += 1;
    return line;
  }

  #reduce(): void {
    const args = this.#stack.pop();
    const callee = this.#stack.pop();
    const [first] = Array.isArray(args) ? args : [];
    if (callee instanceof PickledName && callee.name === DTYPE && typeof first === 'string') {
      this.#stack.push(new PickledDtype(first));
    } else if (
      callee instanceof PickledName &&
      callee.name === RECONSTRUCT &&
      first instanceof PickledName &&
      first.name === NDARRAY
    ) {
      this.#stack.push(new PickledArray());
    } else {
      throw this.#problem('a call of anything but NumPy arrays and dtypes is refused');
    }
  }

  /** Fills an array from `(version, shape, dtype, isColumnMajor, data)`; a dtype's state only repeats its spelling. */
  #build(): void {
    const state = this.#stack.pop();
    const target = this.#stack.at(-1);
    if (target instanceof PickledDtype) return;
    if (!(target instanceof PickledArray) || !Array.isArray(state) || state.length !== 5) {
      throw this.#problem('an object other than a NumPy array is refused');
    }
    const [, shape, dtype, isColumnMajor, data] = state as unknown[];
    const stored = typeof data === 'string' ? Uint8Array.from(data, (char) => char.charCodeAt(0)) : data;
    const isData = stored instanceof Uint8Array || Array.isArray(stored);
    if (!Array.isArray(shape) || !(dtype instanceof PickledDtype) || isColumnMajor !== false || !isData) {
      throw this.#problem('this kind of NumPy array is refused');
    }
    Object.assign(target, { shape, dtype: dtype.spelling, data: stored });
  }

  #problem(what: string): FileFormatError {
    return new FileFormatError(this.#name, `${what} (pickle, byte ${this.#at}).`);
  }
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
