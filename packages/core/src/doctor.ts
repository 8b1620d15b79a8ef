import { discoverProviders } from './backend/discover.ts';
import type { BackendProvider } from './backend/provider.ts';
import { backendReport, type ProviderReport } from './backend/select.ts';

/** A provider's report with what it found out in detail. */
interface Finding extends ProviderReport {
  readonly details: readonly string[];
}

/**
 * What `npx capas doctor` prints: which backends were found, which one `ready()` takes, why the others are not taken, and
 * what to do for the next faster one.
 */
export async function doctor(given?: readonly BackendProvider[]): Promise<string> {
  const { providers, notes } = given ? { providers: [...given], notes: [] } : await discoverProviders();
  const reports = providers.length ? await backendReport(providers) : [];
  const findings = await Promise.all(
    reports.map(
      async (report, i): Promise<Finding> => ({ ...report, details: (await providers[i]!.details?.()) ?? [] }),
    ),
  );
  const taken = findings.find(({ ok }) => ok);
  return [
    `Node ${process.version}, ${process.platform} ${process.arch}`,
    ...(process.env.CAPAS_BACKEND ? [`CAPAS_BACKEND=${process.env.CAPAS_BACKEND} allows that backend only`] : []),
    '',
    ...findings.flatMap((finding) => describe(finding, finding === taken)),
    ...notes.map((note) => `  ✗ ${note}`),
    '',
    taken
      ? `ready() takes '${taken.name}' (${taken.device}).`
      : 'No backend can be used. `npm install @capas/backend-cpu` works everywhere.',
    ...nextFaster(findings, taken),
  ].join('\n');
}

function describe({ name, ok, device, reason, details }: Finding, taken: boolean): string[] {
  return [
    `  ${ok ? '✓' : '✗'} ${name}: ${ok ? device : reason}${taken ? '  ← taken' : ''}`,
    ...details.map((detail) => `      ${detail}`),
  ];
}

/** The advice of the providers before the one that is taken, the nearest first. */
function nextFaster(findings: readonly Finding[], taken: Finding | undefined): string[] {
  const faster = findings.slice(0, taken ? findings.indexOf(taken) : undefined).filter(({ advice }) => advice);
  return faster.length ? [`For a faster one: ${faster.at(-1)!.advice}`] : [];
}
