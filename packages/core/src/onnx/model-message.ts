import { Message } from './message.ts';

/** Element types in a graph of ONNX, as far as they are used here. */
export type OnnxDType =
  | 'float32'
  | 'uint8'
  | 'int32'
  | 'int64'
  | 'bool'
  | 'float64'
  | 'uint32'
  | 'float16'
  | 'bfloat16';

/** The numbers of element types: `TensorProto.DataType`. */
export const DATA_TYPES: Readonly<Record<OnnxDType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  bfloat16: 16,
};

/** A tensor with its elements in row-major order. */
export interface OnnxTensor {
  readonly dtype: OnnxDType;
  readonly dims: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;
}

/** An attribute of a node: an int, ints, a string, a float or a graph. */
export type OnnxAttribute = number | readonly number[] | string | { readonly float: number } | OnnxGraphParts;

/** An operator applied to values by their names. */
export interface OnnxNode {
  readonly op: string;
  readonly name: string;
  readonly inputs: string[];
  readonly outputs: string[];
  readonly attrs: Readonly<Record<string, OnnxAttribute>>;
}

/** What comes in or goes out; dimensions that may vary are names. */
export interface OnnxValue {
  readonly name: string;
  readonly dtype: OnnxDType;
  readonly dims: readonly (number | string)[];
}

/** A graph. */
export interface OnnxGraphParts {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** The version of the file format that goes with a set of operators. */
const irVersion = (opset: number): number => (opset <= 18 ? 8 : opset <= 20 ? 9 : opset <= 22 ? 10 : 11);

/**
 * A whole model: `ModelProto`.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export const modelMessage = (graph: OnnxGraphParts, opset: number): Message =>
  new Message()
    .int(1, irVersion(opset))
    .text(2, 'capas')
    .message(7, graphMessage(graph))
    .message(8, new Message().text(1, '').int(2, opset));

/** `GraphProto` */
function graphMessage({ name, nodes, initializers, inputs, outputs }: OnnxGraphParts): Message {
  const message = new Message();
  for (const node of nodes) message.message(1, nodeMessage(node));
  message.text(2, name);
  for (const [tensorName, tensor] of initializers) message.message(5, tensorMessage(tensorName, tensor));
  for (const value of inputs) message.message(11, valueMessage(value));
  for (const value of outputs) message.message(12, valueMessage(value));
  return message;
}

/** `NodeProto` */
function nodeMessage({ op, name, inputs, outputs, attrs }: OnnxNode): Message {
  const message = new Message();
  for (const input of inputs) message.text(1, input);
  for (const output of outputs) message.text(2, output);
  message.text(3, name).text(4, op);
  for (const [attribute, value] of Object.entries(attrs)) message.message(5, attributeMessage(attribute, value));
  return message;
}

/** `AttributeProto` */
function attributeMessage(name: string, value: OnnxAttribute): Message {
  const message = new Message().text(1, name);
  if (typeof value === 'number') return message.int(3, value).int(20, 2);
  if (typeof value === 'string') return message.text(4, value).int(20, 3);
  if (isInts(value)) {
    for (const item of value) message.int(8, item);
    return message.int(20, 7);
  }
  if ('float' in value) return message.float(2, value.float).int(20, 1);
  return message.message(6, graphMessage(value)).int(20, 5);
}

const isInts = (value: OnnxAttribute): value is readonly number[] => Array.isArray(value);

/** `TensorProto` */
function tensorMessage(name: string, { dtype, dims, data }: OnnxTensor): Message {
  const message = new Message();
  for (const dim of dims) message.int(1, dim);
  return message
    .int(2, DATA_TYPES[dtype])
    .text(8, name)
    .bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

/** `ValueInfoProto` */
function valueMessage({ name, dtype, dims }: OnnxValue): Message {
  const shape = new Message();
  for (const dim of dims)
    shape.message(1, typeof dim === 'number' ? new Message().int(1, dim) : new Message().text(2, dim));
  const tensor = new Message().int(1, DATA_TYPES[dtype]).message(2, shape);
  return new Message().text(1, name).message(2, new Message().message(1, tensor));
}
