#!/usr/bin/env node
import { CapasError } from '@capas/core';
import { readOptions, usage } from './options.ts';
import { perform } from './perform.ts';

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') console.log(usage);
  else await perform(options);
} catch (error) {
  // Our own errors say what to do; others are faults, whose place matters.
  console.error(error instanceof CapasError ? `\n${error.message}\n\nFor help: pnpm examples --help` : error);
  process.exitCode = 1;
}
