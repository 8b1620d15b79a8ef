import type { DTypePolicy } from './dtype-policy.ts';

/** The policy of layers that are not told one; set by `config.setDtypePolicy`. */
export const globalPolicy: { current: DTypePolicy | undefined } = { current: undefined };
