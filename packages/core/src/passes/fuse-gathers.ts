import type { ValueType } from '../program/program.ts';
import type { Pass } from './pass.ts';
import { type Rule, rewrite } from './rewrite.ts';

/**
 * Makes one instruction of rows that are gathered and then reduced, so that they are never written to memory:
 *
 *     %2 = gather(%0, %1) {axis=0, batchDims=0}
 *     %3 = reduce(%2) {kind="mean", axes=[1]}      %3 = gatherReduce(%0, %1) {kind="mean"}
 *
 * The last axis of the ids must be the one that is reduced. The same elements are reduced in the same order, so the bits are the same.
 */
export const fuseGathers: Pass = {
  name: 'fuse-gathers',
  run(program) {
    const fused = rewrite(program, [reduceGathered]);
    return fused === program ? program : fuseGathers.run(fused);
  },
};

const KINDS: readonly unknown[] = ['sum', 'mean', 'max', 'min'];

const reduceGathered: Rule = ({ primitive, inputs, attrs }, view) => {
  const [rows] = inputs;
  const gather = primitive === 'reduce' && !attrs.expr ? view.producerOf(rows!) : undefined;
  if (gather?.primitive !== 'gather' || gather.attrs.axis !== 0 || gather.attrs.batchDims !== 0) return undefined;
  if (view.isKept(rows!) || view.readersOf(rows!).length !== 1) return undefined;
  const [table, ids] = gather.inputs.map((id) => view.typeOf(id)) as [ValueType, ValueType];
  const axes = attrs.axes as readonly number[];
  const isLastOfIds = axes.length === 1 && axes[0] === ids.shape.length - 1;
  if (!isLastOfIds || table.dtype !== 'float32' || !KINDS.includes(attrs.kind)) return undefined;
  return { primitive: 'gatherReduce', inputs: gather.inputs, attrs: { kind: attrs.kind! } };
};
