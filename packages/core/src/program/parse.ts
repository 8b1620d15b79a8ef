import type { VariableKind } from '../tensor/variable.ts';
import { PROGRAM_DTYPES } from './attributes.ts';
import type { Expression } from './expression.ts';
import { allocate, type Elements } from './primitive.ts';
import type {
  AttributeValue,
  Instruction,
  InstructionAttributes,
  Program,
  ProgramConstant,
  ProgramInput,
  StateSlot,
  ValueId,
  ValueType,
} from './program.ts';
import { readExpression } from './read-expression.ts';
import { TextReader } from './text-reader.ts';

/**
 * The program that a text in the form of {@link print} describes. It reads what is written; whether that is legal, `verify` says.
 *
 * @throws {ProgramError} The text is not of that form: says where.
 */
export function parse(text: string): Program {
  const reader = new TextReader(text);
  reader.expect('program');
  const program = new ProgramReader(reader).program();
  reader.end();
  return program;
}

/**
 * The expression that a text describes: `max(add(a, b), 0)`. Any function name will do; `expressionType` knows which exist.
 *
 * @throws {ProgramError}
 */
export function parseExpression(text: string): Expression {
  const reader = new TextReader(text);
  const expression = readExpression(reader);
  reader.end();
  return expression;
}

class ProgramReader {
  readonly #reader: TextReader;
  readonly #types = new Map<ValueId, ValueType>();
  readonly #constants: ProgramConstant[] = [];
  readonly #instructions: Instruction[] = [];

  constructor(reader: TextReader) {
    this.#reader = reader;
  }

  /** What comes after the word `program`. */
  program(): Program {
    const reader = this.#reader;
    reader.expect('(');
    const inputs = reader.list(')', () => this.#input());
    const state = this.#state();
    reader.expect('{');
    while (!reader.accept('return')) this.#statement();
    const outputs = reader.accept('}') ? [] : reader.list('}', () => this.#value());
    return {
      inputs,
      state,
      constants: this.#constants,
      instructions: this.#instructions,
      outputs,
      types: this.#types,
    };
  }

  /** `%0 "x": float32[8,3]` */
  #input(): ProgramInput {
    const id = this.#value();
    const name = this.#reader.string();
    this.#type(id);
    return { id, name };
  }

  #state(): StateSlot[] {
    if (!this.#reader.accept('state')) return [];
    this.#reader.expect('(');
    return this.#reader.list(')', () => this.#slot());
  }

  /** `%1 "kernel": weight float32[3,2] -> %9` */
  #slot(): StateSlot {
    const reader = this.#reader;
    const input = this.#value();
    const name = reader.string();
    reader.expect(':');
    const kind = reader.read(KIND, 'a kind of state') as VariableKind;
    this.#types.set(input, this.#valueType());
    return { name, kind, input, output: reader.accept('->') ? this.#value() : input };
  }

  /** A constant or an instruction. */
  #statement(): void {
    const reader = this.#reader;
    const outputs = [this.#typedValue()];
    while (reader.accept(',')) outputs.push(this.#typedValue());
    reader.expect('=');
    const primitive = reader.read(NAME, 'the name of a primitive');
    if (primitive === 'constant') {
      this.#constants.push({ id: outputs[0]!, data: this.#data(this.#types.get(outputs[0]!)!) });
      return;
    }
    reader.expect('(');
    const inputs = reader.list(')', () => this.#value());
    const attrs = this.#attributes();
    const origin = reader.comment();
    this.#instructions.push({ primitive, inputs, attrs, outputs, ...(origin !== undefined && { origin }) });
  }

  /** `0.5` for all elements, or `[1, 2, 3]`. */
  #data(type: ValueType): Elements {
    const reader = this.#reader;
    const elements = reader.accept('[') ? reader.list(']', () => reader.number()) : [reader.number()];
    const data = allocate({ ...type, shape: [elements.length] });
    data.set(elements);
    return data;
  }

  /** `{ add(a, b) }` or `{ add(a, b), mul(a, b) }` or `{axis=0, kind="sum"}` or nothing. */
  #attributes(): InstructionAttributes {
    const reader = this.#reader;
    if (!reader.accept('{')) return {};
    const first = reader.find(/[A-Za-z]\w*(?==)/y);
    if (first === undefined) {
      const exprs = reader.list('}', () => readExpression(reader));
      return exprs.length === 1 ? { expr: exprs[0]! } : { exprs };
    }
    const readValue = (name: string): [string, AttributeValue] => {
      reader.expect('=');
      return [name, this.#attribute()];
    };
    const entries = [readValue(first)];
    while (reader.accept(',')) entries.push(readValue(reader.read(NAME, 'the name of an attribute')));
    reader.expect('}');
    return Object.fromEntries(entries);
  }

  #attribute(): AttributeValue {
    const reader = this.#reader;
    if (reader.accept('[')) return reader.list(']', () => this.#attribute());
    if (reader.accept('(')) {
      const expression = readExpression(reader);
      reader.expect(')');
      return expression;
    }
    if (reader.accept('program')) return new ProgramReader(reader).program();
    const word = reader.find(/true|false/y);
    if (word) return word === 'true';
    return reader.findNumber() ?? reader.string();
  }

  #typedValue(): ValueId {
    const id = this.#value();
    this.#type(id);
    return id;
  }

  #type(id: ValueId): void {
    this.#reader.expect(':');
    this.#types.set(id, this.#valueType());
  }

  #valueType(): ValueType {
    const reader = this.#reader;
    const dtype =
      PROGRAM_DTYPES.find((name) => reader.accept(name)) ?? reader.fail(`one of ${PROGRAM_DTYPES.join(', ')}`);
    reader.expect('[');
    return { dtype, shape: reader.list(']', () => reader.integer()) };
  }

  #value(): ValueId {
    this.#reader.expect('%');
    return this.#reader.integer();
  }
}

const NAME = /[A-Za-z]\w*/y;
const KIND = /weight|optimizer|metric|rng|counter|hyper/y;
