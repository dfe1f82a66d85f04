/** The headers of every call of the collector. */
export interface HeaderSource {
  read(): Promise<Record<string, string>>;
  /** The collector does not know us by them (any longer): a secret may have been rotated, so it is read again. */
  distrust(): void;
}

/**
 * @param text as OTEL_EXPORTER_OTLP_HEADERS has it
 * @param readSecret gives more of them, which are secret; read when this is called, so that nothing waits for it later
 */
export function headersFrom(text: string, readSecret: (() => Promise<string>) | undefined): HeaderSource {
  const given = readHeaders(text);
  if (!readSecret) return { read: async () => given, distrust: () => undefined };
  let all: Promise<Record<string, string>> | undefined;
  const read = (): Promise<Record<string, string>> => {
    all ??= readSecret()
      .then((secret) => ({ ...given, ...readHeaders(secret) }))
      .catch((error) => {
        all = undefined;
        throw error;
      });
    return all;
  };
  read().catch(() => undefined); // whoever sends hears of it
  return {
    read,
    distrust: () => {
      all = undefined;
    },
  };
}

const pairForm = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=(.*)$/;

/** Reads `name=value,name=value`, values percent-encoded. @throws Error that names no value */
export function readHeaders(text: string): Record<string, string> {
  const pairs = text
    .split(',')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '');
  return Object.fromEntries(
    pairs.map((pair, i) => {
      const [, name, value] = pairForm.exec(pair) ?? [];
      if (name === undefined || value === undefined)
        throw new Error(`The collector's headers: part ${i + 1} is not of the form name=value`);
      try {
        return [name.toLowerCase(), decodeURIComponent(value.trim())];
      } catch {
        throw new Error(`The collector's headers: the value of part ${i + 1} is not percent-encoded as it should be`);
      }
    }),
  );
}
