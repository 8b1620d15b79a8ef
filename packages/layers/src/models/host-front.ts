import type { GraphNode, SymbolicTensor } from '../symbolic-tensor.ts';
import type { Graph } from './graph.ts';

/**
 * The start of a graph that works on the host: layers of strings and hashes that nothing else stands before. What comes after it
 * knows numbers alone, and can be compiled.
 */
export interface HostFront {
  readonly nodes: ReadonlySet<GraphNode>;
  /** What the rest of the graph takes: outputs of these layers, and inputs that go past them. */
  readonly outputs: readonly SymbolicTensor[];
}

/** The front of a graph; `undefined` where there is none, or what comes after it takes strings or lengths that vary. */
export function hostFrontOf(
  graph: Graph,
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
): HostFront | undefined {
  const known = new Set(inputs);
  const nodes = new Set<GraphNode>();
  for (const node of graph.nodes) {
    if (node.inputs.length === 0 || !node.layer.runsOnHost || !node.inputs.every((symbol) => known.has(symbol)))
      continue;
    nodes.add(node);
    for (const symbol of node.outputs) known.add(symbol);
  }
  if (nodes.size === 0) return undefined;
  const taken = new Set(outputs.filter((symbol) => known.has(symbol)));
  for (const node of graph.nodes)
    if (!nodes.has(node)) for (const symbol of node.inputs) if (known.has(symbol)) taken.add(symbol);
  const handed = [...taken];
  const isPlain = ({ dtype, shape }: SymbolicTensor): boolean =>
    dtype !== 'string' && shape.slice(1).every((dim) => dim !== null);
  return handed.every((symbol) => (inputs.includes(symbol) ? symbol.dtype !== 'string' : isPlain(symbol)))
    ? { nodes, outputs: handed }
    : undefined;
}

/** The names under which a model takes the outputs of its front instead of its inputs. */
export const frontName = (index: number): string => `front/${index}`;
