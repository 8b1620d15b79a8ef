import type { ValueId } from '../program/program.ts';
import { type Shape, sizeOf } from '../tensor/shape.ts';
import type { Lead } from './head-matrices.ts';
import type { ProgramGraph } from './program-graph.ts';
import { reshapedFrom } from './reshapes.ts';

/** A value, and the shape in which it broadcasts to `[batch, heads, queries, keys]`. */
interface Extra {
  readonly id: ValueId;
  readonly shape: Shape;
}

/** What scores meet beside each other: masks, a bias. */
export class ExtraList {
  readonly items: Extra[] = [];
  readonly #graph: ProgramGraph;
  readonly #lead: Lead;
  readonly #matrix: Shape;

  /** @param scores the shape of the scores, whatever axes they have before their rows */
  constructor(graph: ProgramGraph, lead: Lead, scores: Shape) {
    this.#graph = graph;
    this.#lead = lead;
    this.#matrix = scores.slice(-2);
  }

  /** The place of what broadcasts to the result of a map; `undefined` if it does not go along with batch and heads. */
  placeOf(id: ValueId, result: ValueId): number | undefined {
    const producer = this.#graph.producerOf(id);
    if (producer?.primitive === 'broadcast') return this.placeOf(producer.inputs[0]!, result);
    const frame = this.#graph.typeOf(result).shape;
    const { shape } = this.#graph.typeOf(id);
    const full = [...new Array<number>(Math.max(0, frame.length - shape.length)).fill(1), ...shape];
    const lead = this.#leadShape(full.slice(0, -2), frame.slice(0, -2));
    if (!lead || String(frame.slice(-2)) !== String(this.#matrix)) return undefined;
    const item = { id: reshapedFrom(id, this.#graph), shape: [...lead, ...full.slice(-2)] };
    const known = this.items.findIndex((other) => other.id === item.id && String(other.shape) === String(item.shape));
    return known >= 0 ? known : this.items.push(item) - 1;
  }

  /** `own` axes, which broadcast to those of the frame, as two: of batch and of heads. */
  #leadShape(own: Shape, frame: Shape): Shape | undefined {
    const { batch, heads } = this.#lead;
    if (sizeOf(frame) !== batch * heads) return undefined;
    if (sizeOf(own) === 1) return [1, 1];
    if (sizeOf(own) === batch * heads) return [batch, heads];
    for (let cut = 0; cut <= frame.length; cut++) {
      if (sizeOf(frame.slice(0, cut)) !== batch) continue;
      const sizes = [sizeOf(own.slice(0, cut)), sizeOf(own.slice(cut))] as const;
      if ((sizes[0] === 1 || sizes[0] === batch) && (sizes[1] === 1 || sizes[1] === heads)) return sizes;
    }
    return undefined;
  }
}
