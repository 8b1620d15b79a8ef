#!/usr/bin/env node
import { doctor } from './doctor.ts';

const commands: Readonly<Record<string, () => Promise<string>>> = { doctor: () => doctor() };

const usage = `Usage: capas doctor

  doctor   which backends were found here, which one is taken, and what to do for a faster one`;

const command = commands[process.argv[2] ?? ''];
if (command) console.log(await command());
else {
  console.error(usage);
  process.exitCode = process.argv[2] === '--help' ? 0 : 2;
}
