import type { Pass } from './pass.ts';
import { rewrite } from './rewrite.ts';
import { conv, convFilterGrad, convInputGrad } from './volume-convolutions.ts';
import { pool, poolGrad } from './volume-pools.ts';

/**
 * Makes convolutions and poolings of volumes to some of images, which executors know: see `volume-convolutions.ts` and
 * `volume-pools.ts`.
 */
export const expandVolumes: Pass = {
  name: 'expand-volumes',
  reorders: true,
  run: (program) => rewrite(program, [conv, convInputGrad, convFilterGrad, pool, poolGrad]),
};
