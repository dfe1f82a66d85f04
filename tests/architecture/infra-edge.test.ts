/** infra/edge.yaml against what the app promises: what is cached and told apart by what, what WAF lets through, and which headers answers have. */
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { allRoutes } from '#functions/ops/lib/all-routes.ts';
import { docsHeaders, pageHeaders } from '#local/gateway/page-headers.ts';
import { parseTemplate } from '#local/template-yaml.ts';
import { brokenRules, evaluateResources } from '../../scripts/templates-check/evaluated.ts';
import { read } from './support/sources.ts';
import { template as app } from './support/template.ts';

type Source = Parameters<typeof evaluateResources>[0];
const source = parseTemplate(read('infra/edge.yaml')) as Source & {
  Parameters: Record<string, { Default?: unknown; AllowedValues?: string[]; NoEcho?: boolean; MinLength?: number }>;
  Resources: Record<string, { Type: string; DeletionPolicy?: string; UpdateReplacePolicy?: string; Properties: object }>;
};
const given = { Stage: 'dev', ApiDomain: 'abc.execute-api.eu-west-1.amazonaws.com', OriginSecret: 'x'.repeat(43) };
const made = (more: Record<string, string> = {}) => evaluateResources(source, { ...given, ...more });
const resources = made();
/** A resource's properties. @throws Error where it is not made */
function propertiesOf(id: string, all = resources): Record<string, unknown> {
  const found = all[id];
  if (found === undefined) throw new Error(`infra/edge.yaml makes no ${id}`);
  return found.Properties;
}

interface Behavior {
  PathPattern?: string;
  TargetOriginId: string;
  CachePolicyId: string;
  OriginRequestPolicyId?: string;
  ResponseHeadersPolicyId: string;
  AllowedMethods: string[];
  CachedMethods?: string[];
  ViewerProtocolPolicy: string;
  Compress: boolean;
  FunctionAssociations: { EventType: string; FunctionARN: string }[];
}
interface Distribution {
  CacheBehaviors: Behavior[];
  DefaultCacheBehavior: Behavior;
  CustomErrorResponses: { ErrorCode: number; ErrorCachingMinTTL: number; ResponsePagePath?: string }[];
  Origins: { Id: string; OriginCustomHeaders?: { HeaderName: string; HeaderValue: string }[] }[];
  ViewerCertificate: object;
  Aliases?: string[];
}
interface CachePolicy {
  MinTTL: number;
  DefaultTTL: number;
  MaxTTL: number;
  ParametersInCacheKeyAndForwardedToOrigin: {
    EnableAcceptEncodingBrotli: boolean;
    EnableAcceptEncodingGzip: boolean;
    HeadersConfig: { HeaderBehavior: string; Headers?: string[] };
    CookiesConfig: { CookieBehavior: string };
    QueryStringsConfig: { QueryStringBehavior: string };
  };
}
const distributionOf = (all: ReturnType<typeof made>) => propertiesOf('Distribution', all).DistributionConfig as Distribution;
const { CacheBehaviors, DefaultCacheBehavior, CustomErrorResponses, Origins } = distributionOf(resources);
const cachePolicy = (id: string) => propertiesOf(id).CachePolicyConfig as CachePolicy;

/** `*` is anything, slashes too; `?` is one character. */
const matches = (pattern: string, path: string) =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(path);
const behaviorOf = (path: string) => CacheBehaviors.find(({ PathPattern = '' }) => matches(PathPattern, path)) ?? DefaultCacheBehavior;

describe('a route', () => {
  const reads = allRoutes.filter(({ method }) => method === 'GET');
  const filled = (path: string) => path.replaceAll(/\{\w+\}/g, '019aa047-0400-71b0-837b-000000000000');

  test('is cached for everybody exactly where its contract says that it is the same for everybody', () => {
    const cached = reads.filter(({ path }) => behaviorOf(filled(path)).CachePolicyId === 'SharedReadsCache').map(({ path }) => path);
    expect(cached).toEqual(reads.filter(({ cacheable }) => cacheable).map(({ path }) => path));
    expect(cached.length).toBeGreaterThan(8);
  });

  test('reaches the API by every method, through a function that names the viewer, with body, query and headers', () => {
    for (const { method, path } of allRoutes) {
      const behavior = behaviorOf(filled(path));
      expect([path, behavior.TargetOriginId, behavior.AllowedMethods.includes(method), behavior.CachedMethods]).toEqual([
        path,
        'api',
        true,
        undefined,
      ]);
      const viewer = behavior.CachePolicyId === 'PrivateCache' ? 'Viewer' : 'ViewerOfSharedReads';
      expect([path, behavior.FunctionAssociations]).toEqual([
        path,
        [{ EventType: 'viewer-request', FunctionARN: `${viewer}.FunctionARN` }],
      ]);
      expect([path, behavior.ViewerProtocolPolicy]).toEqual([path, 'https-only']);
      const forwarded = propertiesOf(behavior.OriginRequestPolicyId ?? '').OriginRequestPolicyConfig;
      // Authorization, x-order-token, Idempotency-Key, stripe-signature, traceparent …: all but the host, by which API Gateway finds its API.
      expect([path, forwarded]).toEqual([
        path,
        expect.objectContaining({
          HeadersConfig: { HeaderBehavior: 'allExcept', Headers: ['Host'] },
          QueryStringsConfig: { QueryStringBehavior: 'all' },
          CookiesConfig: { CookieBehavior: behavior.CachePolicyId === 'PrivateCache' ? 'all' : 'none' },
        }),
      ]);
    }
  });

  test('that no client should share an answer of is told apart by all that says who asks', () => {
    const { ParametersInCacheKeyAndForwardedToOrigin: key, ...times } = cachePolicy('PrivateCache');
    expect(key).toMatchObject({ CookiesConfig: { CookieBehavior: 'all' }, QueryStringsConfig: { QueryStringBehavior: 'all' } });
    expect(key.HeadersConfig.Headers).toEqual(expect.arrayContaining(['Authorization', 'x-order-token']));
    // Without a word of the app nothing is kept.
    expect(times).toMatchObject({ MinTTL: 0, DefaultTTL: 0, MaxTTL: 1 });
  });

  test('that all share is kept as long as the app says, apart from answers to credentials', () => {
    const { ParametersInCacheKeyAndForwardedToOrigin: key, ...times } = cachePolicy('SharedReadsCache');
    expect(times).toMatchObject({ MinTTL: 0, DefaultTTL: 0 });
    expect(key).toMatchObject({ CookiesConfig: { CookieBehavior: 'none' }, QueryStringsConfig: { QueryStringBehavior: 'all' } });
    expect(key.HeadersConfig).toEqual({ HeaderBehavior: 'whitelist', Headers: ['Authorization', 'x-order-token'] });
    const [, fresh = '', stale = ''] = /s-maxage=(\d+), stale-while-revalidate=(\d+)/.exec(read('platform/http/answer.ts')) ?? [];
    expect(times.MaxTTL).toBeGreaterThanOrEqual(Number(fresh) + Number(stale));
  });

  test('tells nobody how much of another’s limit is left', () => {
    const { RemoveHeadersConfig } = propertiesOf('SharedReadsHeaders').ResponseHeadersPolicyConfig as {
      RemoveHeadersConfig: { Items: { Header: string }[] };
    };
    const counted = [...new Set(read('platform/http/limit-rate.ts').match(/'ratelimit-\w+'/g))].map((name) => name.slice(1, -1));
    expect(RemoveHeadersConfig.Items.map(({ Header }) => Header)).toEqual(counted);
  });
});

describe('the distribution', () => {
  test.each([
    ['/api', 'api', 'ApiHeaders'],
    ['/api/nothing', 'api', 'ApiHeaders'],
    ['/api/products/1/stock-movements', 'api', 'ApiHeaders'],
    ['/docs', 'site', 'DocsHeaders'],
    ['/docs/start.js', 'site', 'DocsHeaders'],
    ['/docs2', 'site', 'SiteHeaders'],
    ['/apiary', 'site', 'SiteHeaders'],
    ['/API/products', 'site', 'SiteHeaders'],
    ['/', 'site', 'SiteHeaders'],
    ['/products/mug.webp', 'site', 'SiteHeaders'],
  ])('sends %s to %s with %s', (path, origin, headers) => {
    expect(behaviorOf(path)).toMatchObject({ TargetOriginId: origin, ResponseHeadersPolicyId: headers });
  });

  test('has a page for no error, since that would stand for the API’s problem documents too, and keeps none', () => {
    expect(CustomErrorResponses.map(({ ErrorCode }) => ErrorCode)).toEqual([400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504]);
    expect(CustomErrorResponses.filter(({ ErrorCachingMinTTL, ...more }) => ErrorCachingMinTTL !== 0 || more.ResponsePagePath)).toEqual([]);
  });

  test('compresses whatever it sends', () => {
    for (const { PathPattern, Compress, CachePolicyId } of [...CacheBehaviors, DefaultCacheBehavior]) {
      const { EnableAcceptEncodingBrotli, EnableAcceptEncodingGzip } = cachePolicy(CachePolicyId).ParametersInCacheKeyAndForwardedToOrigin;
      expect([PathPattern, Compress, EnableAcceptEncodingBrotli, EnableAcceptEncodingGzip]).toEqual([PathPattern, true, true, true]);
    }
  });

  test('gives the not-found page its status wherever a function can ask for it', () => {
    const ofSite = [...CacheBehaviors, DefaultCacheBehavior].filter(({ TargetOriginId }) => TargetOriginId === 'site');
    expect(ofSite).toHaveLength(3);
    for (const { PathPattern, FunctionAssociations } of ofSite) {
      const events = FunctionAssociations.map(({ EventType, FunctionARN }) => `${EventType} ${FunctionARN.split('.')[0]}`);
      expect([PathPattern, events]).toEqual([PathPattern, ['viewer-request Pages', 'viewer-response PageStatus']]);
    }
  });

  test('proves itself to the API alone', () => {
    expect(Origins.map(({ Id, OriginCustomHeaders }) => [Id, OriginCustomHeaders])).toEqual([
      ['site', undefined],
      ['api', [{ HeaderName: 'x-origin-secret', HeaderValue: given.OriginSecret }]],
    ]);
    expect(source.Parameters.OriginSecret).toMatchObject({ NoEcho: true, MinLength: 32 });
    expect(source.Parameters.OriginSecret?.Default).toBeUndefined();
  });

  test('has a domain of the shop’s own with its certificate and TLS 1.2, or CloudFront’s', () => {
    const own = { DomainName: 'shop.example', CertificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/1' };
    expect(distributionOf(made(own))).toMatchObject({
      Aliases: ['shop.example'],
      ViewerCertificate: { AcmCertificateArn: own.CertificateArn, MinimumProtocolVersion: 'TLSv1.2_2021', SslSupportMethod: 'sni-only' },
    });
    expect(distributionOf(made())).toMatchObject({ ViewerCertificate: { CloudFrontDefaultCertificate: true } });
    expect(distributionOf(made()).Aliases).toBeUndefined();
    expect([brokenRules(source, { ...given, ...own }), brokenRules(source, given)]).toEqual([[], []]);
    expect(brokenRules(source, { ...given, DomainName: 'shop.example' })).toHaveLength(1);
    expect(brokenRules(source, { ...given, CertificateArn: own.CertificateArn })).toHaveLength(1);
  });

  test.each(['dev', 'staging', 'prod'])('and all that has a name carry the stage %s', (stage) => {
    const names = Object.entries(made({ Stage: stage, EdgeLogs: 'true' })).flatMap(([id, { Properties }]) => {
      const inner = Object.values(Properties).find((value) => typeof value === 'object' && value !== null && 'Name' in value) as {
        Name?: string;
      };
      const name = Properties.Name ?? Properties.LogGroupName ?? Properties.PolicyName ?? inner?.Name;
      return name === undefined ? [] : [[id, String(name).split('-').includes(stage) || String(name).includes(`/${stage}/`)]];
    });
    expect(names.length).toBeGreaterThan(15);
    expect(names.filter(([, carries]) => !carries)).toEqual([]);
  });
});

describe('the bucket', () => {
  test('of prod outlives its stack, others do not, and apart from that they are the same', () => {
    const { Site, KeptSite } = source.Resources;
    expect([Site?.DeletionPolicy, KeptSite?.DeletionPolicy, KeptSite?.UpdateReplacePolicy]).toEqual([
      'Delete',
      'RetainExceptOnCreate',
      'Retain',
    ]);
    expect(KeptSite?.Properties).toEqual(Site?.Properties);
    expect(Object.keys(made({ Stage: 'prod' })).filter((id) => id.endsWith('Site'))).toEqual(['KeptSite']);
    expect(Object.keys(made({ Stage: 'staging' })).filter((id) => id.endsWith('Site'))).toEqual(['Site']);
  });

  test.each(['dev', 'prod'])('of %s is read by this distribution alone, over TLS, and says what is missing', (stage) => {
    const { Statement } = propertiesOf('SitePolicy', made({ Stage: stage })).PolicyDocument as {
      Statement: { Effect: string; Action: string; Resource: string | string[]; Condition: object }[];
    };
    const bucket = `arn:aws:s3:us-east-1:000000000000:${stage === 'prod' ? 'KeptSite' : 'Site'}`;
    const distribution = { StringEquals: { 'AWS:SourceArn': 'arn:aws:cloudfront::000000000000:distribution/Distribution' } };
    expect(Statement.map(({ Effect, Action, Resource, Condition }) => [Effect, Action, Resource, Condition])).toEqual([
      ['Allow', 's3:GetObject', `${bucket}/*`, distribution],
      ['Allow', 's3:ListBucket', bucket, distribution], // else a missing file would be a 403
      ['Deny', 's3:*', [bucket, `${bucket}/*`], { Bool: { 'aws:SecureTransport': 'false' } }],
    ]);
  });
});

describe('WAF', () => {
  interface Rule {
    Name: string;
    Priority: number;
    Action?: { Allow?: object; Block?: { CustomResponse?: { ResponseCode: number; CustomResponseBodyKey: string } } };
    OverrideAction?: { None?: object };
    VisibilityConfig: { SampledRequestsEnabled: boolean };
    Statement: {
      RateBasedStatement?: { Limit: string; EvaluationWindowSec: number; ScopeDownStatement?: object };
      ManagedRuleGroupStatement?: { Name: string; RuleActionOverrides?: { Name: string; ActionToUse: { Count?: object } }[] };
      AndStatement?: object;
    };
  }
  const { Rules, CustomResponseBodies, VisibilityConfig } = propertiesOf('Firewall') as {
    Rules: Rule[];
    CustomResponseBodies: Record<string, { Content: string }>;
    VisibilityConfig: Rule['VisibilityConfig'];
  };
  const overridden = (group: string) =>
    Rules.map(({ Statement }) => Statement.ManagedRuleGroupStatement)
      .find((each) => each?.Name === group)
      ?.RuleActionOverrides?.filter(({ ActionToUse }) => ActionToUse.Count)
      .map(({ Name }) => Name) ?? [];

  test('lets through bodies of 256 KiB, long queries and clients that say nothing of themselves', () => {
    // The group refuses bodies above 8 KB and queries above 2 KB; the app takes more of both.
    expect(read('platform/http/parse.ts')).toContain('maxBodyBytes = 256 * 1024');
    expect(read('platform/http/schemas.ts')).toContain('cursor: z.optional(z.string().check(z.maxLength(2_000)))');
    expect(overridden('AWSManagedRulesCommonRuleSet')).toEqual(
      expect.arrayContaining(['SizeRestrictions_BODY', 'SizeRestrictions_QUERYSTRING', 'NoUserAgent_HEADER']),
    );
  });

  test('refuses known bad inputs, known bad addresses and common attacks', () => {
    const groups = Rules.filter(({ Statement }) => Statement.ManagedRuleGroupStatement);
    expect(groups.map(({ Statement, OverrideAction }) => [Statement.ManagedRuleGroupStatement?.Name, OverrideAction])).toEqual(
      ['AmazonIpReputationList', 'KnownBadInputsRuleSet', 'CommonRuleSet'].map((name) => [`AWSManagedRules${name}`, { None: {} }]),
    );
    expect(overridden('AWSManagedRulesKnownBadInputsRuleSet')).toEqual([]);
  });

  test('has limits above the app’s, by address in the same minute, and answers as the app does', () => {
    const rates = Rules.flatMap(({ Statement: { RateBasedStatement: rate }, Action }) => (rate ? [{ ...rate, Action }] : []));
    expect(rates).toHaveLength(2);
    const perAddress = Number(app.Parameters.RateLimitPerMinute?.Default);
    const failures = Number(app.Globals.Function.Environment.Variables.LOGIN_FAILURES_PER_ADDRESS);
    for (const { Limit, EvaluationWindowSec, Action } of rates) {
      expect(EvaluationWindowSec).toBe(60);
      expect(Number(Limit)).toBeGreaterThanOrEqual(2 * Math.max(perAddress, failures));
      expect(Action?.Block?.CustomResponse).toMatchObject({ ResponseCode: 429, CustomResponseBodyKey: 'too-many' });
    }
    expect(JSON.parse(CustomResponseBodies['too-many']?.Content ?? '')).toEqual({
      type: 'urn:kelvo:problem:rate-limited',
      title: 'Rate limited',
      status: 429,
      detail: expect.any(String),
      code: 'rate-limited',
      traceId: '',
    });
  });

  test('has limits above the app’s in every stage as it is configured', () => {
    for (const stage of ['dev', 'staging', 'prod']) {
      const { parameters = {} } = parse(read(`config/${stage}.yaml`)) as { parameters?: Record<string, unknown> };
      const api = Number(parameters.EdgeApiRequestsPerMinute ?? source.Parameters.EdgeApiRequestsPerMinute?.Default);
      const all = Number(parameters.EdgeRequestsPerMinute ?? source.Parameters.EdgeRequestsPerMinute?.Default);
      const own = Number(parameters.RateLimitPerMinute ?? app.Parameters.RateLimitPerMinute?.Default);
      expect([stage, api >= 2 * own, all >= api]).toEqual([stage, true, true]);
    }
  });

  test('lets the payment provider’s calls through whatever is in them: after the limits, before what looks inside', () => {
    const hooks = allRoutes.filter(({ auth }) => auth === 'webhook');
    const order = Rules.toSorted((a, b) => a.Priority - b.Priority);
    expect(order.map(({ Name }) => Name)).toEqual([
      'requests',
      'api-requests',
      'payment-webhooks',
      'ip-reputation',
      'known-bad-inputs',
      'common',
    ]);
    const rule = order[2];
    expect(rule?.Action).toEqual({ Allow: {} });
    for (const { method, path } of hooks) {
      const text = JSON.stringify(rule?.Statement.AndStatement);
      expect([
        text.includes(`"SearchString":"${path}"`),
        text.includes(`"SearchString":"${method}"`),
        text.includes('STARTS_WITH'),
      ]).toEqual([true, true, false]);
    }
    expect(hooks).toHaveLength(1);
  });

  test('shows no requests in the console, and no secrets in logs', () => {
    expect(
      [VisibilityConfig, ...Rules.map((rule) => rule.VisibilityConfig)].filter(({ SampledRequestsEnabled }) => SampledRequestsEnabled),
    ).toEqual([]);
    const logging = made({ EdgeLogs: 'true' });
    expect(propertiesOf('FirewallLogging', logging).RedactedFields).toEqual([
      { UriPath: {} }, // carts
      { QueryString: {} },
      ...['authorization', 'cookie', 'x-order-token', 'referer'].map((Name) => ({ SingleHeader: { Name } })),
    ]);
    const fields = propertiesOf('AccessLogDelivery', logging).RecordFields as string[];
    expect(fields.filter((field) => /uri|query|cookie|referer/i.test(field))).toEqual([]);
    expect(Object.values(made()).filter(({ Type }) => Type.startsWith('AWS::Logs'))).toEqual([]);
  });
});

describe('the headers of answers', () => {
  interface Policy {
    SecurityHeadersConfig: {
      ContentSecurityPolicy: { ContentSecurityPolicy: string; Override: boolean };
      ContentTypeOptions: { Override: boolean };
      FrameOptions: { FrameOption: string; Override: boolean };
      ReferrerPolicy: { ReferrerPolicy: string; Override: boolean };
      StrictTransportSecurity: { AccessControlMaxAgeSec: number; IncludeSubdomains: boolean; Override: boolean };
    };
    CustomHeadersConfig?: { Items: { Header: string; Value: string; Override: boolean }[] };
  }
  const headersOf = (id: string, more: Record<string, string> = {}) => {
    const { SecurityHeadersConfig: set, CustomHeadersConfig } = propertiesOf(id, made(more)).ResponseHeadersPolicyConfig as Policy;
    const overrides = [...Object.values(set), ...(CustomHeadersConfig?.Items ?? [])].map(({ Override }) => Override);
    const headers: Record<string, string> = {
      'content-security-policy': set.ContentSecurityPolicy.ContentSecurityPolicy,
      'x-content-type-options': 'nosniff',
      'x-frame-options': set.FrameOptions.FrameOption,
      'referrer-policy': set.ReferrerPolicy.ReferrerPolicy,
      'strict-transport-security': `max-age=${set.StrictTransportSecurity.AccessControlMaxAgeSec}; includeSubDomains`,
      ...Object.fromEntries((CustomHeadersConfig?.Items ?? []).map(({ Header, Value }) => [Header, Value])),
    };
    return { headers, overrides: [...new Set(overrides)] };
  };
  const transport = { 'strict-transport-security': 'max-age=63072000; includeSubDomains' };
  const combinations = ['mock', 'stripe'].flatMap((provider) =>
    (source.Parameters.DatadogSite?.AllowedValues ?? []).map((site) => [provider, site] as const),
  );

  test.each(combinations)('of pages are the local ones, with %s and %s', (PaymentProvider, DatadogSite) => {
    expect(headersOf('SiteHeaders', { PaymentProvider, DatadogSite })).toEqual({
      headers: { ...pageHeaders(PaymentProvider, DatadogSite), ...transport },
      overrides: [true],
    });
  });

  test('of the API’s page are the local ones, and those that its HTML has', () => {
    expect(headersOf('DocsHeaders')).toEqual({ headers: { ...docsHeaders, ...transport }, overrides: [true] });
    const [, inHtml] = /content="(default-src [^"]+)"/.exec(read('web/api-docs/index.html')) ?? [];
    expect(docsHeaders['content-security-policy']).toBe(`${inHtml}; frame-ancestors 'none'`);
  });

  test.each(['ApiHeaders', 'SharedReadsHeaders'])('of the API are the app’s own, for what the app does not answer itself: %s', (id) => {
    const [, block = ''] = /const securityHeaders = (\{[^}]+\})/.exec(read('platform/http/answer.ts')) ?? [];
    const own = Object.fromEntries([...block.matchAll(/'([\w-]+)': (?:'([^']*)'|"([^"]*)")/g)].map(([, name, a, b]) => [name, a ?? b]));
    expect(Object.keys(own)).toHaveLength(6);
    expect(headersOf(id)).toEqual({ headers: own, overrides: [false] });
  });
});
