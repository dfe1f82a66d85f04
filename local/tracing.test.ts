import { expect, it } from 'vitest';
import { localTracing } from './tracing.ts';

const own = {
  INSTRUMENTATION: 'otlp',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:3000/_local/otlp',
  OTEL_EXPORTER_OTLP_HEADERS: '',
};

it('functions send their spans to the gateway, which passes them on to where the shell says', () => {
  expect(localTracing({ PORT: '1' }, 3000)).toEqual({ shell: { PORT: '1', ...own }, passTracesTo: undefined });
  const shell = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example/otlp', OTEL_EXPORTER_OTLP_HEADERS: 'X-Key=a%20b' };
  expect(localTracing(shell, 3000)).toEqual({
    shell: own,
    passTracesTo: { endpoint: 'https://collector.example/otlp', headers: { 'x-key': 'a b' } },
  });
});

it('the shell may switch them off', () => {
  expect(localTracing({ INSTRUMENTATION: 'none' }, 3000).shell).toMatchObject({ INSTRUMENTATION: 'none' });
});

it.each(['collector:4318', 'ftp://collector', 'http://'])('%s is refused in a sentence', (endpoint) => {
  expect(() => localTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, 3000)).toThrow('must be an http(s) URL');
});
