import { readHeaders } from '#platform/telemetry/otlp/headers.ts';

type Shell = Record<string, string | undefined>;

export interface LocalTracing {
  /** The shell's variables as the functions get them. */
  shell: Shell;
  /** Where the gateway passes on what it received. */
  passTracesTo: { endpoint: string; headers: Record<string, string> } | undefined;
}

/**
 * Functions of `npm start` send their spans to the gateway, which shows them; OTEL_EXPORTER_OTLP_ENDPOINT and _HEADERS of the shell are where it
 * passes them on to. INSTRUMENTATION=none in the shell makes none.
 * @throws Error in a sentence for whoever set a variable that is wrong
 */
export function localTracing(shell: Shell, gatewayPort: number): LocalTracing {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers = '', INSTRUMENTATION, ...others } = shell;
  if (endpoint && !(/^https?:\/\//.test(endpoint) && URL.canParse(endpoint)))
    throw new Error(`OTEL_EXPORTER_OTLP_ENDPOINT must be an http(s) URL, such as http://127.0.0.1:4318, not "${endpoint}"`);
  return {
    shell: {
      ...others,
      INSTRUMENTATION: INSTRUMENTATION ?? 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${gatewayPort}/_local/otlp`,
      OTEL_EXPORTER_OTLP_HEADERS: '',
    },
    passTracesTo: endpoint ? { endpoint, headers: readHeaders(headers) } : undefined,
  };
}
