import type { RumInitConfiguration } from '@datadog/browser-rum';

type Rum = typeof import('@datadog/browser-rum').datadogRum;

let rum: Promise<Rum> | undefined;

/** Loads and starts Real User Monitoring if the build was given its ids; without them the bundle contains none of it. */
export function startRum(): void {
  // Written as import.meta.env.X so that the build replaces them by constants, and drops the import below when they are empty.
  if (!import.meta.env.DD_RUM_APPLICATION_ID || !import.meta.env.DD_RUM_CLIENT_TOKEN) return;
  rum = import('@datadog/browser-rum').then(({ datadogRum }) => {
    datadogRum.init(configuration());
    return datadogRum;
  });
  rum.catch(() => undefined); // an ad blocker refused the file: the shop works without
}

/** Tells RUM that a page is shown, by its route's template (`/orders/:id`): a path may carry ids. */
export function startView(template: string): void {
  rum?.then((it) => it.startView({ name: template })).catch(() => undefined);
}

export function reportError(error: unknown): void {
  rum?.then((it) => it.addError(error)).catch(() => undefined);
}

const configuration = (): RumInitConfiguration => ({
  applicationId: import.meta.env.DD_RUM_APPLICATION_ID,
  clientToken: import.meta.env.DD_RUM_CLIENT_TOKEN,
  site: (import.meta.env.DD_SITE || 'datadoghq.com') as NonNullable<RumInitConfiguration['site']>,
  service: 'kelvo-ecomm',
  ...(import.meta.env.DD_ENV ? { env: import.meta.env.DD_ENV } : {}),
  ...(import.meta.env.DD_VERSION ? { version: import.meta.env.DD_VERSION } : {}),
  sessionSampleRate: 100,
  sessionReplaySampleRate: 20,
  trackViewsManually: true,
  trackResources: true,
  trackUserInteractions: true,
  trackLongTasks: true,
  defaultPrivacyLevel: 'mask-user-input',
  // Trace headers are sent to our own origin only: another one may refuse them (CORS), and should not learn trace ids.
  allowedTracingUrls: [
    { match: (url: string) => new URL(url, location.href).origin === location.origin, propagatorTypes: ['datadog', 'tracecontext'] },
  ],
  beforeSend: (event) => {
    event.view.url = withoutSecrets(event.view.url);
    if (event.view.referrer) event.view.referrer = withoutSecrets(event.view.referrer);
    if (event.type === 'resource') event.resource.url = withoutSecrets(event.resource.url);
    if (event.type === 'error' && event.error.resource) event.error.resource.url = withoutSecrets(event.error.resource.url);
    return true;
  },
});

/** Removes secrets from a URL: whoever has a cart's id or an order's token has access, so monitoring must not store them. */
export const withoutSecrets = (url: string): string =>
  url
    .replace(/(\/api\/cart\/)(?!add\b|update\b|merge\b)[^/?#]+/, '$1{sessionId}')
    .replace(/([?&]sessionId=)[^&#]*/g, '$1{sessionId}')
    .replace(/#.*$/, '');
