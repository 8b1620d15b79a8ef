import { useBackend } from '@capas/core';
import { runConformance } from '@capas/core/testing';
import { describe, it } from 'vitest';
import { cpu } from '../src/index.ts';

await useBackend(cpu({ prefer: ['wasm'] }));

runConformance({ engineName: 'wasm', test: { describe, it } });
