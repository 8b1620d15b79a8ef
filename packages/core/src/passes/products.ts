import type { Instruction } from '../program/program.ts';
import { readersThroughReshapes, reshapedFrom } from './reshapes.ts';
import type { ProgramView } from './rewrite.ts';

/** Primitives with an epilogue. */
const PRODUCTS: ReadonlySet<string> = new Set(['dot', 'conv', 'convInputGrad', 'depthwiseConv']);

/** The products that only this instruction reads, the last one first: of two that are added, the second is ready last. */
export function productsFor({ inputs }: Instruction, view: ProgramView): readonly Instruction[] {
  const sources = [...new Set(inputs.map((id) => reshapedFrom(id, view)))].sort((a, b) => b - a);
  return sources.flatMap((source) => {
    const producer = view.producerOf(source);
    if (!producer || !PRODUCTS.has(producer.primitive)) return [];
    return readersThroughReshapes(source, view)?.length === 1 ? [producer] : [];
  });
}
