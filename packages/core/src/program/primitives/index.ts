import type { Primitive } from '../primitive.ts';
import { map } from './map.ts';
import { reshape } from './reshape.ts';

/** All primitives by name: the one list. */
export const primitives: Readonly<Record<string, Primitive>> = Object.fromEntries(
  [map, reshape].map((primitive) => [primitive.name, primitive]),
);
