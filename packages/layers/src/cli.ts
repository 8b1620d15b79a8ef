import { convert } from './cli/convert.ts';
import { inspect } from './cli/inspect.ts';

/** The commands of `npx capas` that need layers; the command itself stands in `@capas/core`. */
export const commands: Readonly<
  Record<string, (files: readonly string[], options: { readonly format?: string | undefined }) => Promise<string>>
> = {
  convert: (files, options) => convert(files[0]!, files[1]!, options),
  inspect: async (files) => (await Promise.all(files.map((file) => inspect(file)))).join('\n\n'),
};
