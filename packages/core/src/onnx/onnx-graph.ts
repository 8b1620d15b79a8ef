import type { Elements } from '../program/primitive.ts';
import type { ProgramDType } from '../program/program.ts';
import { transposed } from '../program/strided.ts';
import type { Shape } from '../tensor/shape.ts';
import type { BatchType } from './batch-program.ts';
import { type Batch, type Dim, isBatch } from './dim.ts';
import {
  DATA_TYPES,
  type OnnxAttribute,
  type OnnxDType,
  type OnnxGraphParts,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from './model-message.ts';

/** An initializer, and the one that it is a transpose of: where that is not used, it takes its name. */
interface Initializer extends OnnxTensor {
  readonly insteadOf?: string;
}

/** What a graph has in common with the bodies of its loops. */
interface Shared {
  readonly names: Set<string>;
  readonly initializers: Map<string, Initializer>;
  /** Values that are made once, by what they are. */
  readonly made: Map<string, string>;
  /** Names that values get in the end. */
  readonly renamed: Map<string, string>;
  /** An input of the model whose first axis is the batch. */
  batchInput: string | undefined;
}

/** A graph of ONNX while it is written. Values are known by their names, each of which occurs once in the whole model. */
export class OnnxGraph {
  readonly opset: number;
  /** The layer and kernel that nodes are written for; they are named after it. */
  origin = '';
  readonly #nodes: OnnxNode[] = [];
  readonly #root: OnnxGraph;
  readonly #shared: Shared;

  constructor(opset: number, parent?: OnnxGraph) {
    this.opset = opset;
    this.#root = parent ? parent.#root : this;
    this.#shared = parent
      ? parent.#shared
      : { names: new Set(), initializers: new Map(), made: new Map(), renamed: new Map(), batchInput: undefined };
  }

  /** The graph of the body of a loop in this one, which sees its values. */
  body(): OnnxGraph {
    const body = new OnnxGraph(this.opset, this);
    body.origin = this.origin;
    return body;
  }

  /** `hint`, or `hint_1`, `hint_2` … where that is taken. */
  name(hint: string): string {
    let unique = hint;
    for (let i = 1; this.#shared.names.has(unique); i++) unique = `${hint}_${i}`;
    this.#shared.names.add(unique);
    return unique;
  }

  /** Says which input has the batch as its first axis. */
  setBatchInput(name: string): void {
    this.#shared.batchInput = name;
  }

  /** Adds a node of one output, and gives its name. */
  node(op: string, inputs: readonly string[], attrs: Readonly<Record<string, OnnxAttribute>> = {}): string {
    return this.nodes(op, inputs, 1, attrs)[0]!;
  }

  /** Adds a node. */
  nodes(
    op: string,
    inputs: readonly string[],
    count: number,
    attrs: Readonly<Record<string, OnnxAttribute>> = {},
  ): readonly string[] {
    const outputs = Array.from({ length: count }, () => this.name(`${this.origin || 'model'}/${op}`));
    this.#nodes.push({ op, name: outputs[0]!, inputs: [...inputs], outputs, attrs });
    return outputs;
  }

  /** Makes a value the output of this name, of the model. */
  output(value: string, name: string): void {
    if (this.makes(value) && !this.#shared.renamed.has(value)) this.#shared.renamed.set(value, name);
    else this.#nodes.push({ op: 'Identity', name, inputs: [value], outputs: [name], attrs: {} });
  }

  /** Whether a node of this graph, not of one around it, makes a value. */
  makes(value: string): boolean {
    return this.#nodes.some(({ outputs }) => outputs.includes(value));
  }

  /** A value as graphs list what goes in and out. */
  info(name: string, { dims, dtype }: BatchType): OnnxValue {
    const nameOf = ({ batches }: Batch): string => (batches === 1 ? 'batch' : `${batches}_batch`);
    return { name, dtype, dims: dims.map((dim) => (isBatch(dim) ? nameOf(dim) : dim)) };
  }

  initializer(hint: string, tensor: OnnxTensor): string {
    const name = this.name(hint);
    this.#shared.initializers.set(name, tensor);
    return name;
  }

  /** Whole numbers as a vector of int64: axes, pads, shapes. */
  ints(values: readonly number[]): string {
    return this.#once(`ints ${values}`, () =>
      this.initializer(`ints_${values.join('_')}`.slice(0, 40), {
        dtype: 'int64',
        dims: [values.length],
        data: BigInt64Array.from(values, BigInt),
      }),
    );
  }

  /** One number. */
  scalar(value: number, dtype: OnnxDType): string {
    const key = `${dtype}_${Object.is(value, -0) ? '-0' : value}`;
    return this.#once(`scalar ${key}`, () =>
      this.initializer(key, { dtype, dims: [], data: elementsOf(dtype, [value]) }),
    );
  }

  /** A shape as a vector of int64, which is computed where it depends on the batch. */
  shape(dims: readonly Dim[]): string {
    if (!dims.some(isBatch)) return this.ints(dims as Shape);
    const fixed = dims.map((dim) => (isBatch(dim) ? 0 : dim));
    const times = dims.map((dim) => (isBatch(dim) ? dim.batches : 0));
    return this.#once(`shape ${fixed} ${times}`, () =>
      this.#root.#around('shapes', (root) => {
        const multiples = root.node('Mul', [root.#batch(), root.ints(times)]);
        return root.node('Add', [multiples, root.ints(fixed)]);
      }),
    );
  }

  /** A dimension as a scalar of int64. */
  size(dim: Dim): string {
    if (!isBatch(dim)) return this.scalar(dim, 'int64');
    return this.#once(`size ${dim.batches}`, () =>
      this.#root.#around('shapes', (root) => root.node('Squeeze', [root.shape([dim]), root.ints([0])])),
    );
  }

  cast(value: string, dtype: OnnxDType): string {
    return this.node('Cast', [value], { to: DATA_TYPES[dtype] });
  }

  /** A value with its axes in another order. That of a weight is written so. */
  transpose(value: string, perm: readonly number[]): string {
    if (perm.every((from, to) => from === to)) return value;
    const tensor = this.#shared.initializers.get(value);
    if (!tensor) return this.node('Transpose', [value], { perm });
    return this.#once(`transpose ${value} ${perm}`, () => {
      const name = this.name(`${value}/transposed`);
      // what programs transpose is of their types
      const type = { shape: tensor.dims, dtype: tensor.dtype as ProgramDType };
      this.#shared.initializers.set(name, {
        dtype: tensor.dtype,
        dims: perm.map((axis) => tensor.dims[axis]!),
        data: transposed({ type, data: tensor.data as Elements }, perm),
        insteadOf: tensor.insteadOf ?? value,
      });
      return name;
    });
  }

  /** A value in another shape. That of a weight is written so. */
  reshape(value: string, dims: readonly Dim[]): string {
    const tensor = this.#shared.initializers.get(value);
    if (tensor && !dims.some(isBatch)) {
      return this.#once(`reshape ${value} ${dims}`, () => {
        const name = this.name(`${value}/reshaped`);
        this.#shared.initializers.set(name, {
          ...tensor,
          dims: dims as Shape,
          insteadOf: tensor.insteadOf ?? value,
        });
        return name;
      });
    }
    const isSimple = dims.filter(isBatch).length === 1 && !dims.includes(0);
    const shape = isSimple ? this.ints(dims.map((dim) => (isBatch(dim) ? -1 : dim))) : this.shape(dims);
    return this.node('Reshape', [value, shape], dims.includes(0) ? { allowzero: 1 } : {});
  }

  /** The graph with what goes in and out. Bodies of loops see the initializers of the graph around them. */
  parts(name: string, inputs: readonly OnnxValue[], outputs: readonly OnnxValue[]): OnnxGraphParts {
    const parts = { name, nodes: this.#nodes, inputs, outputs };
    if (this.#root !== this) return { ...parts, initializers: new Map() };
    const used = new Set<string>();
    eachNode(this.#nodes, ({ inputs: read }) => {
      for (const value of read) used.add(value);
    });
    const initializers = [...this.#shared.initializers].filter(([key]) => used.has(key));
    const renamed = new Map([...this.#shared.renamed, ...namesTakenOver(initializers, used)]);
    const nameOf = (value: string): string => renamed.get(value) ?? value;
    eachNode(this.#nodes, ({ inputs: read, outputs: made }) => {
      for (const list of [read, made]) list.splice(0, list.length, ...list.map(nameOf));
    });
    return { ...parts, initializers: new Map(initializers.map(([key, tensor]) => [nameOf(key), tensor])) };
  }

  /** The number of samples, as a vector of one int64. */
  #batch(): string {
    return this.#once('batch', () => this.node('Shape', [this.#shared.batchInput!], { start: 0, end: 1 }));
  }

  #once(key: string, make: () => string): string {
    const known = this.#shared.made.get(key) ?? make();
    this.#shared.made.set(key, known);
    return known;
  }

  #around(origin: string, make: (graph: OnnxGraph) => string): string {
    const before = this.origin;
    this.origin = origin;
    const made = make(this);
    this.origin = before;
    return made;
  }
}

/** For transposed weights, the name of the weight that stands nowhere else. */
function namesTakenOver(
  initializers: readonly (readonly [name: string, tensor: Initializer])[],
  used: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [key, { insteadOf }] of initializers)
    if (insteadOf !== undefined && !used.has(insteadOf) && ![...names.values()].includes(insteadOf))
      names.set(key, insteadOf);
  return names;
}

/** Calls `visit` with each node, those of loops too. */
function eachNode(nodes: readonly OnnxNode[], visit: (node: OnnxNode) => void): void {
  for (const node of nodes) {
    visit(node);
    for (const attribute of Object.values(node.attrs))
      if (typeof attribute === 'object' && 'nodes' in attribute) eachNode(attribute.nodes, visit);
  }
}

/** Numbers as the elements of a dtype. */
export function elementsOf(dtype: OnnxDType, values: readonly number[]): OnnxTensor['data'] {
  if (dtype === 'float32') return Float32Array.from(values);
  if (dtype === 'float64') return Float64Array.from(values);
  if (dtype === 'int64') return BigInt64Array.from(values, BigInt);
  if (dtype === 'int32' || dtype === 'uint32') return Int32Array.from(values);
  return Uint8Array.from(values);
}
