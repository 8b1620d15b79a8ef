import { ops, type PartialShape, type Shape, scope, type Tensor } from '@capas/core';
import type { CallOptions } from './layer-config.ts';
import { isShapeList, type Shapes } from './layer-config.ts';
import { isTensor } from './layer-inputs.ts';
import { flatten } from './structure.ts';

/** What is tried. */
interface Callee {
  call(inputs: Tensor | readonly Tensor[], options: CallOptions): Tensor | readonly Tensor[];
}

/** The output shape of a layer, found by calling it on zeros: for layers that do not say it. Needs a backend. */
export function shapeByTrial(layer: Callee, inputShape: Shapes, options: CallOptions = {}): Shapes {
  // the batch is tried with two sizes: what changes with it is unknown in the result
  const run = (batch: number): readonly Shape[] =>
    scope(() => {
      const zeros = (shape: PartialShape): Tensor => ops.zeros(shape.map((dim) => dim ?? batch));
      const inputs = isShapeList(inputShape) ? inputShape.map(zeros) : zeros(inputShape);
      return flatten<Tensor>(layer.call(inputs, options), isTensor).map(({ shape }) => shape);
    });
  const [small, large] = [run(2), run(3)];
  const shapes = small.map((shape, i) => shape.map((dim, axis) => (dim === large[i]![axis] ? dim : null)));
  return shapes.length === 1 ? shapes[0]! : shapes;
}
