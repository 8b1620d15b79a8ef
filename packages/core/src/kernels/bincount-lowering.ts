import { callOf, inputOf, numberOf } from '../program/expression.ts';
import { sizeOf } from '../tensor/shape.ts';
import { emitOne, filled, type Lower, reshapeTo } from './lowering.ts';

/** How often each number below `size` occurs, or the sum of the weights where it does; in each row by itself. */
export const lowerBincount: Lower<'x' | 'weights'> = ({ builder, inputs, attrs, outputs: [output] }) => {
  const { shape } = builder.typeOf(inputs.x);
  const size = attrs.size as number;
  const binary = attrs.binaryOutput === true && shape.length > 1; // as in tfjs: lists are always counted
  const weighted = !binary && sizeOf(builder.typeOf(inputs.weights).shape) > 0;
  const { dtype } = output!;
  const values = weighted ? inputs.weights : filled(builder, shape, 1, dtype);
  const rows = sizeOf(shape.slice(0, -1));
  const isInside = callOf('lt', inputOf(0), numberOf(size));
  const ids =
    rows === 1
      ? inputs.x
      : builder.map(
          callOf(
            'select',
            isInside,
            callOf('add', inputOf(0), callOf('mul', inputOf(1), numberOf(size))),
            numberOf(-1),
          ),
          inputs.x,
          emitOne(builder, 'iota', [], { shape: [rows, 1], axis: 0 }),
        );
  const count = sizeOf(shape);
  const flat = [reshapeTo(builder, ids, [count]), reshapeTo(builder, values, [count])];
  const sums = emitOne(builder, 'scatterAdd', flat, { size: rows * size });
  const result = reshapeTo(builder, sums, output!.shape);
  return binary ? builder.map(callOf('min', inputOf(0), numberOf(1)), result) : result;
};
