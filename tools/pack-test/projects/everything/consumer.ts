// The types of all packages, read together.
import { cpu } from '@capas/backend-cpu';
import { gpu } from '@capas/backend-gpu';
import { useBackend } from '@capas/core';
import { mnist } from '@capas/datasets';

export async function rows(): Promise<number> {
  await useBackend(gpu(), cpu());
  const { train } = await mnist.load();
  return train.x.length;
}
