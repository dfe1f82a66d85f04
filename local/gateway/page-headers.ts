/**
 * The headers of the site's answers, as infra/edge.yaml sets them (tests/architecture/infra-edge.test.ts compares the two), so that a page that the
 * content security policy breaks is broken here too. Without strict-transport-security: there is no TLS here.
 */
const common = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'strict-origin-when-cross-origin',
};

/** Where the browser SDK of a Datadog site sends to. */
const intakeOf = (site: string): string => {
  const parts = site.split('.');
  const ending = parts.pop();
  return `browser-intake-${parts.join('-')}.${ending}`;
};

/** @param paymentProvider with `stripe` pages may load Stripe's script and frames: https://docs.stripe.com/security/guide#content-security-policy */
export function pageHeaders(paymentProvider = 'mock', datadogSite = 'datadoghq.com'): Record<string, string> {
  const stripe = paymentProvider === 'stripe';
  const policy = [
    "default-src 'none'",
    `script-src 'self'${stripe ? ' https://js.stripe.com https://*.js.stripe.com' : ''}`,
    "style-src 'self'",
    "img-src 'self' https:",
    "font-src 'self'",
    `connect-src 'self' https://${intakeOf(datadogSite)}${stripe ? ' https://api.stripe.com' : ''}`,
    "worker-src 'self' blob:",
    `frame-src ${stripe ? 'https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com' : "'none'"}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ];
  return {
    ...common,
    'content-security-policy': policy.join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': `camera=(), geolocation=(), microphone=(), payment=(${stripe ? 'self "https://js.stripe.com"' : ''})`,
  };
}

/** The API's page; its HTML has the same policy, but for framing, which HTML cannot forbid. */
export const docsHeaders: Record<string, string> = {
  ...common,
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};
