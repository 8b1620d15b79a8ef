import { CapasError } from '@capas/core';
import { environment, type NodeModules } from '../node.ts';

/**
 * Keras's home folder: `KERAS_HOME`, else `~/.keras`; where it cannot be written, `.keras` in the folder for temporary
 * files, as Keras does. It is made if it is missing.
 */
export async function kerasHome({ fs, os, path }: NodeModules, cacheDir?: string): Promise<string> {
  const wanted = cacheDir ?? environment('KERAS_HOME') ?? '~/.keras';
  const home = wanted.replace(/^~(?=$|[\\/])/, os.homedir());
  try {
    await fs.mkdir(home, { recursive: true });
    await fs.access(home, fs.constants.W_OK);
    return path.resolve(home);
  } catch {
    return path.join(os.tmpdir(), '.keras');
  }
}

/** The folder that `CAPAS_DATA_DIR` names, looked in before the cache. @throws CapasError if it is no folder */
export async function dataDir({ fs, path }: NodeModules): Promise<string | undefined> {
  const folder = environment('CAPAS_DATA_DIR');
  if (!folder) return undefined;
  const info = await fs.stat(folder).catch(() => undefined);
  if (!info?.isDirectory()) {
    throw new CapasError(`CAPAS_DATA_DIR names '${folder}', which is not a folder. Correct it or unset it.`);
  }
  return path.resolve(folder);
}

/** Whether a file is there and can be read. */
export async function isFile({ fs }: NodeModules, file: string): Promise<boolean> {
  const info = await fs.stat(file).catch(() => undefined);
  return info?.isFile() ?? false;
}
