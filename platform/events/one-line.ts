/** CloudFormation takes 4,096 bytes in all, and shows a reason in a narrow column. */
const longest = 800;

/** Some libraries put the stack of an inner error into their message. */
const stack = /\n\s+at .*$/s;

/** An error's message in one line, with what a driver keeps apart from it: its code, and why a connection failed. */
export function oneLine(error: unknown): string {
  const { message, code, cause, errors } = (error ?? {}) as { message?: string; code?: string; cause?: unknown; errors?: unknown[] };
  const inner = cause ?? errors?.[0];
  const said = [
    message?.replace(stack, '') || (inner === undefined ? String(code ?? error) : ''),
    inner === undefined ? '' : oneLine(inner),
  ];
  const text = said.filter(Boolean).join(': ').replace(/\s+/g, ' ').trim();
  const whole = code !== undefined && !text.includes(code) ? `${text} (${code})` : text;
  return whole.length > longest ? `${whole.slice(0, longest)}…` : whole;
}
