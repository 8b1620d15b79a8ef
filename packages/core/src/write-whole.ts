import { StateError } from './errors.ts';

/**
 * Writes a text to a file in Node, which has all of it or is as it was.
 *
 * @throws StateError where there are no files; the error of the file system
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  const fs = globalThis.process?.versions?.node ? globalThis.process.getBuiltinModule?.('node:fs/promises') : undefined;
  if (!fs) throw new StateError(`Cannot write '${file}': there are files in Node only.`);
  const part = `${file}.${globalThis.process.pid}.part`;
  try {
    await fs.writeFile(part, text);
    await fs.rename(part, file);
  } catch (error) {
    await fs.rm(part, { force: true });
    throw error;
  }
}
