import { useBackend } from '@capas/core';
import { runConformance } from '@capas/core/testing';
import { describe, it } from 'vitest';
import { cpu } from '../src/index.ts';
import { findLibrary } from '../src/native/find-library.ts';
import { NATIVE_ENGINE } from '../src/native/native-backend.ts';

const hasLibrary = 'path' in findLibrary();
if (hasLibrary) await useBackend(cpu({ prefer: ['native'] }));

describe.skipIf(!hasLibrary)('native', () => {
  runConformance({ engineName: NATIVE_ENGINE, test: { describe, it } });
});
