import type { Primitive } from '../primitive.ts';
import { argReduce } from './arg-reduce.ts';
import { broadcast } from './broadcast.ts';
import { call } from './call.ts';
import { concat } from './concat.ts';
import { dynamicSlice } from './dynamic-slice.ts';
import { fill } from './fill.ts';
import { iota } from './iota.ts';
import { map } from './map.ts';
import { mirrorPad } from './mirror-pad.ts';
import { oneHot } from './one-hot.ts';
import { pad } from './pad.ts';
import { random } from './random.ts';
import { reduce } from './reduce.ts';
import { reshape } from './reshape.ts';
import { reverse } from './reverse.ts';
import { scan } from './scan.ts';
import { slice } from './slice.ts';
import { transpose } from './transpose.ts';

/** All primitives by name: the one list. */
export const primitives: Readonly<Record<string, Primitive>> = {
  argReduce,
  broadcast,
  call,
  concat,
  dynamicSlice,
  fill,
  iota,
  map,
  mirrorPad,
  oneHot,
  pad,
  random,
  reduce,
  reshape,
  reverse,
  scan,
  slice,
  transpose,
};
