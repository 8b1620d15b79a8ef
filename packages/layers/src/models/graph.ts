import { ArgumentError, CapasError } from '@capas/core';
import type { Layer } from '../layer.ts';
import type { GraphNode, SymbolicTensor } from '../symbolic-tensor.ts';

/** The calls between some inputs and outputs, in an order in which they can be run. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  /** Every layer once, in Keras's order: by distance from the outputs, the farthest first. Weights follow this order. */
  readonly layers: readonly Layer[];
}

/**
 * Finds the calls that lead from `inputs` to `outputs`.
 *
 * @throws CapasError if an output does not depend on the inputs alone: it names the tensor that is missing.
 * @see Keras 3, `keras/src/ops/function.py`, `map_graph`: the order of layers follows it.
 */
export function traceGraph(who: string, inputs: readonly SymbolicTensor[], outputs: readonly SymbolicTensor[]): Graph {
  const ordered: GraphNode[] = [];
  const firstSeen = new Map<Layer, number>();
  const state = new Map<GraphNode, 'open' | 'done'>();
  const visit = (tensor: SymbolicTensor): void => {
    const { node } = tensor;
    if (!node) throw new ArgumentError(who, 'outputs', 'made from `inputs` by layers', tensor);
    if (state.get(node) === 'done') return;
    if (state.get(node) === 'open')
      throw new CapasError(`${who}: the graph has a cycle at layer '${node.layer.name}'.`);
    state.set(node, 'open');
    if (!firstSeen.has(node.layer)) firstSeen.set(node.layer, firstSeen.size);
    if (!inputs.includes(tensor)) {
      if (node.inputs.length === 0) {
        throw new CapasError(
          `${who}: an output depends on the input '${tensor.name}', which is not among \`inputs\` (${inputs.map(({ name }) => `'${name}'`).join(', ')}). Add it.`,
        );
      }
      node.inputs.forEach(visit);
    }
    state.set(node, 'done');
    ordered.push(node);
  };
  outputs.forEach(visit);
  for (const input of inputs) if (!state.has(input.node!)) visit(input);
  return { nodes: ordered, layers: orderLayers(ordered, firstSeen, inputs) };
}

function orderLayers(
  ordered: readonly GraphNode[],
  firstSeen: ReadonlyMap<Layer, number>,
  inputs: readonly SymbolicTensor[],
): Layer[] {
  const nodeDepth = new Map<GraphNode, number>();
  const layerDepth = new Map<Layer, number>();
  for (const node of ordered.toReversed()) {
    const depth = Math.max(nodeDepth.get(node) ?? 0, layerDepth.get(node.layer) ?? 0);
    layerDepth.set(node.layer, depth);
    nodeDepth.set(node, depth);
    if (node.outputs.some((output) => inputs.includes(output))) continue;
    for (const { node: parent } of node.inputs)
      nodeDepth.set(parent!, Math.max(depth + 1, nodeDepth.get(parent!) ?? 0));
  }
  return [...layerDepth.keys()].sort(
    (a, b) => layerDepth.get(b)! - layerDepth.get(a)! || firstSeen.get(a)! - firstSeen.get(b)!,
  );
}
