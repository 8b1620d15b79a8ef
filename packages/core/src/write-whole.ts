import { StateError } from './errors.ts';

/**
 * Writes a file in Node, which has all of it or is as it was, also when the process or the machine stops in the middle.
 *
 * @throws StateError where there are no files; the error of the file system
 */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const fs = globalThis.process?.versions?.node ? globalThis.process.getBuiltinModule?.('node:fs/promises') : undefined;
  if (!fs) throw new StateError(`Cannot write '${file}': there are files in Node only.`);
  const part = `${file}.${globalThis.process.pid}.part`;
  try {
    const handle = await fs.open(part, 'w');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.rename(part, file);
  } catch (error) {
    await fs.rm(part, { force: true });
    throw error;
  }
}
