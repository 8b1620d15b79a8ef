import { useBackend } from '@capas/core';
import { runConformance } from '@capas/core/testing';
import { describe, it } from 'vitest';
import { cpu } from '../src/index.ts';

await useBackend(cpu({ prefer: ['js'] }));

runConformance({ engineName: 'cpu', test: { describe, it } });
