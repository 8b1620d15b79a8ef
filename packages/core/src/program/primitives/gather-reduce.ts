import { ShapeError, showShape } from '../../errors.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { bytesOf, definePrimitive, type Primitive, requireDType } from '../primitive.ts';
import { gather } from './gather.ts';
import { reduce } from './reduce.ts';

/**
 * The rows of `x` `[size, …rest]` that `ids` (int32, `[…outer, count]`) name, reduced along the last axis of `ids` to
 * `[…outer, …rest]`: a bag of embeddings. What `gather` and `reduce` give, without the rows between them.
 *
 * Ids lie in `0 … size - 1`; the evaluation throws at others.
 */
export const gatherReduce: Primitive = definePrimitive({
  name: 'gatherReduce',
  arity: 2,
  attributes: { kind: ['sum', 'mean', 'max', 'min'] },
  infer: ([x, ids]) => {
    requireDType('gatherReduce', 'x', x!, 'float32');
    requireDType('gatherReduce', 'ids', ids!, 'int32');
    if (x!.shape.length === 0 || ids!.shape.length === 0) {
      const shapes = `${showShape(x!.shape)} and ${showShape(ids!.shape)}`;
      throw new ShapeError(`gatherReduce: expected x [size, ...rest] and ids [...outer, count], received ${shapes}.`);
    }
    return [{ ...x!, shape: [...ids!.shape.slice(0, -1), ...x!.shape.slice(1)] }];
  },
  evaluate: ([x, ids], { kind }, outputs) => {
    const type = { ...x!.type, shape: [...ids!.type.shape, ...x!.type.shape.slice(1)] };
    const [rows] = gather.evaluate([x!, ids!], { axis: 0, batchDims: 0 }, [type]);
    const axes = [ids!.type.shape.length - 1];
    return reduce.evaluate([{ type, data: rows! }], { kind, axes }, outputs);
  },
  flops: ([x, ids]) => sizeOf(ids!.shape) * sizeOf(x!.shape.slice(1)),
  bytes: ([x, ids], _, [output]) =>
    bytesOf(ids!) + sizeOf(ids!.shape) * bytesOf({ ...x!, shape: x!.shape.slice(1) }) + bytesOf(output!),
});
