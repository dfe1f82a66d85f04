// What may import what (docs/architecture.md). `npm run architecture` checks the repository; tests/architecture/imports.test.ts
// checks that each rule bites, on one planted violation a rule in tests/architecture/violations/.

/**
 * Which domains a domain may use. It reaches them through their lib/ only, and there through use cases, contract and rules.
 * A domain that is not here uses no other. Add a line rather than copying a rule; look first whether it should rather be an event.
 */
const mayUse = {
  ads: ['catalog'], // an ad is for a category
  analytics: ['ads', 'cart', 'catalog', 'currency', 'orders', 'payments'], // what it counts: ads, carts, products and their prices, orders, refunds
  cart: ['catalog', 'currency'],
  catalog: ['currency', 'search/lib/note-words'], // new words of products and categories can be searched for
  // Made-up shoppers ask the same routes as people, and what they bought is put back; a fault locks products; mails that failed on purpose are sent back.
  demo: ['[^/]+/lib/contract', 'catalog/lib/lock-product\\.pg', 'ops/lib/redrive-because', 'orders/lib/restock-sold'],
  notifications: ['auth', 'orders', 'payments', 'shipping'], // a mail tells of an order, its payments and its parcel, or of an account
  ops: [
    '[^/]+/lib/contract',
    'auth/lib/create-admin\\.pg',
    'analytics/lib/lost-sales\\.pg',
    '(ads|analytics|auth|cart)/lib/sweep\\.pg',
    'currency/lib/(exchange-rates\\.pg|feed-state)',
    'demo/lib/sweep\\.pg',
    'notifications/lib/(notifications|told-before)\\.pg',
    'recommendations/lib/affinities\\.pg',
    'search/lib/opensearch\\.client',
  ], // the list of all routes, for the fallback and the API's description; what deletes each domain's old rows, or mends them after a restore
  // Paying moves an order, and cancelling an order ends its payment: two domains on paper, one transaction in the database.
  orders: ['cart', 'catalog', 'currency', 'payments', 'shipping'],
  payments: ['catalog', 'currency', 'orders'],
  recommendations: ['cart', 'catalog', 'currency', 'orders'], // what goes with a product or a cart, learned from orders
  search: ['catalog', 'currency'],
  shipping: ['cart', 'currency'],
};

/** Every domain that the table does not list. */
const unlisted = `(?!(?:${Object.keys(mayUse).join('|')})/)[^/]+`;

/**
 * SQL of one domain that others may run, because it has to be part of their own statement or transaction. Everybody else asks by a use case.
 */
const sharedStores = {
  'ads/lib/sweep.pg.ts': ['ops'], // one schedule deletes old rows, each domain's by its own SQL
  'analytics/lib/lost-sales.pg.ts': ['ops'], // what follows a restore is one transaction over several domains' rows
  'analytics/lib/sweep.pg.ts': ['ops'], // the same schedule
  'auth/lib/create-admin.pg.ts': ['ops'], // a task in the VPC makes the first admin, where nobody can sign in yet
  'auth/lib/sweep.pg.ts': ['ops'], // the same schedule
  'cart/lib/begun-carts.pg.ts': ['analytics'], // the funnel counts carts where they are, in its own statement
  'cart/lib/cart-copies.redis.ts': ['orders'], // an order empties its cart
  'cart/lib/lines.pg.ts': ['orders', 'recommendations', 'shipping'], // an order takes the cart's lines under its lock; a quote prices the same lines; recommendations go with them
  'cart/lib/sweep.pg.ts': ['ops'], // the same schedule
  'catalog/lib/lock-product.pg.ts': ['demo'], // a fault holds the same rows that orders wait for
  'catalog/lib/move-stock.pg.ts': ['orders'], // an order gives its pieces back in the transaction that moves it
  'catalog/lib/order-stock.pg.ts': ['orders', 'payments'], // an order takes its pieces in the statement that writes it; a late success takes them again
  'catalog/lib/popularity.pg.ts': ['analytics'], // sales become popularity in the statement that notes them as counted
  'catalog/lib/products.pg.ts': ['analytics', 'recommendations', 'search'], // a bestseller, a recommendation or a hit is a product's row with marked words: the same columns, filters and sorts
  'currency/lib/exchange-rates.pg.ts': ['ops', 'orders'], // the same schedule; an order reads the rate that it keeps in the statement that reads its products
  'demo/lib/sweep.pg.ts': ['ops'], // the same schedule
  'notifications/lib/notifications.pg.ts': ['ops'], // the same schedule
  'notifications/lib/told-before.pg.ts': ['ops'], // what follows a restore
  'orders/lib/bought-together.pg.ts': ['recommendations'], // what goes together is learned from orders where they are
  'search/lib/opensearch.client.ts': ['ops'], // health asks whether it answers
  'orders/lib/orders.pg.ts': ['payments'], // a payment moves its order under the order's lock
  'recommendations/lib/affinities.pg.ts': ['ops'], // the same schedule
};

/**
 * Files that do no I/O and read no clock, so that everybody can use and test them for nothing: contracts, rules, ports.
 * tests/architecture/imports.test.ts names a file that belongs here and is missing.
 */
const pureInDomains = [
  '[^/]+/lib/contract',
  'ads/lib/ad-not-found',
  'analytics/lib/sale-fact',
  'analytics/lib/sales-steps',
  'analytics/lib/sales-totals',
  'auth/lib/refresh-cookie',
  'catalog/lib/base-price',
  'catalog/lib/changed-at',
  'catalog/lib/slug',
  'catalog/lib/unknown-product',
  'currency/lib/convert',
  'currency/lib/judge-rates',
  'currency/lib/rates-feed',
  'demo/lib/cold-start-waves',
  'demo/lib/course',
  'demo/lib/look',
  'demo/lib/new-run',
  'demo/lib/run',
  'demo/lib/show-mode',
  'demo/lib/traffic-run',
  'demo/lib/traffic/arrivals',
  'demo/lib/traffic/buying',
  'demo/lib/traffic/chances-of',
  'demo/lib/traffic/figures',
  'demo/lib/traffic/histogram',
  'demo/lib/traffic/journey',
  'demo/lib/traffic/looking',
  'demo/lib/traffic/people',
  'demo/lib/traffic/shopper',
  'demo/lib/traffic/step',
  'demo/lib/traffic/typing',
  'demo/lib/turns',
  'notifications/lib/local-transport',
  'notifications/lib/local-sms-transport',
  'notifications/lib/mail-report',
  'notifications/lib/mail-transport',
  'notifications/lib/mails/account-mails',
  'notifications/lib/mails/content',
  'notifications/lib/mails/formats',
  'notifications/lib/mails/html',
  'notifications/lib/mails/order-mails',
  'notifications/lib/mails/text',
  'notifications/lib/nobodys-address',
  'notifications/lib/notified-events',
  'notifications/lib/sms-transport',
  'notifications/lib/text-messages',
  'ops/lib/all-routes',
  'ops/lib/dead-letter',
  'ops/lib/month-of',
  'ops/lib/monthly-usd',
  'ops/lib/queue-names',
  'ops/lib/restore-order',
  'ops/lib/retention',
  'ops/lib/schema-version',
  'ops/lib/tasks',
  'orders/lib/address-formats',
  'orders/lib/address-lines',
  'orders/lib/address-rules',
  'orders/lib/order-number',
  'orders/lib/order-states',
  'orders/lib/postal-codes',
  'orders/lib/tax',
  'orders/lib/text-number',
  'payments/lib/charge-limits',
  'payments/lib/decline',
  'payments/lib/mock-methods',
  'payments/lib/payment-provider',
  'payments/lib/refund-failures',
  'payments/lib/stripe-errors',
  'payments/lib/webhook-signature',
  'recommendations/lib/affinity',
  'search/lib/opensearch-documents',
  'search/lib/questions',
  'search/lib/tsquery',
  'search/lib/suggested-queries',
  'search/lib/typed-words',
  'shipping/lib/methods',
].map((file) => `^functions/${file}\\.ts$`);
const pureInPlatform = [
  'breaker',
  'cache/rate-window',
  'chances',
  'db/cursor',
  'db/list-page',
  'db/outage',
  'db/slow-plan',
  'db/timestamp',
  'errors',
  'faults/draws',
  'faults/fault-names',
  'http/contract',
  'http/problem-document',
  'http/schemas',
  'http/url-of',
  'ids',
  'money',
  'problem-codes',
  'telemetry/service',
  'text',
].map((file) => `^platform/${file}\\.ts$`);

/** Of platform, what the browser may see: the shapes that contracts are made of, and money. */
const platformForWeb = ['^platform/http/(contract|schemas|url-of)\\.ts$', '^platform/(faults/fault-names|money|text)\\.ts$'];

const tests = ['\\.test\\.tsx?$', '^tests/', '^local/testing/'];
const stores = '\\.(pg|redis|client)\\.ts$';
const drivers = '(^|/)node_modules/(@types/)?(pg|ioredis|nodemailer|stripe)/';
const io = [
  drivers,
  '(^|/)node_modules/(aws4fetch|@aws-sdk|@aws-lambda-powertools)/',
  '^(fs|fs/promises|net|tls|http|http2|https|dns|dgram|child_process|worker_threads|timers|timers/promises|os|process)$',
  stores,
  '^platform/(clock|config)\\.ts$',
];

module.exports = {
  forbidden: [
    {
      name: 'platform-knows-no-domain',
      comment: 'Platform serves every domain. What it knows of one would be loaded by the functions of all.',
      severity: 'error',
      from: { path: '^platform/', pathNot: tests },
      to: { path: '^(functions|web)/' },
    },
    {
      name: 'pure-files-do-no-io',
      comment: 'Contracts and rules run in functions, in the browser and in tests alike: no driver, no file, no clock, no configuration.',
      severity: 'error',
      from: { path: [...pureInDomains, ...pureInPlatform] },
      to: { path: io, reachable: true },
    },
    {
      name: 'drivers-in-adapters',
      comment:
        'Drivers cost most of a cold start: pg is in *.pg.ts, ioredis in *.redis.ts, other companies in *.client.ts; a function loads those it uses.',
      severity: 'error',
      from: { path: '^(functions|web)/', pathNot: [stores, ...tests] },
      to: { path: drivers },
    },
    {
      name: 'tracers-in-telemetry',
      comment: 'Exactly one tracer is loaded, by the layer or by platform/telemetry; the code works unchanged where there is none.',
      severity: 'error',
      from: { pathNot: ['^platform/telemetry/', ...tests] },
      to: { path: '(^|/)node_modules/(datadog-lambda-js|dd-trace|@aws-lambda-powertools/tracer)/' },
    },
    ...[...Object.keys(mayUse), unlisted].map((domain) => ({
      name: 'neighbours-by-table',
      comment: 'A domain uses another only if the mayUse table above says so: the table is how we see domains grow together.',
      severity: 'error',
      from: { path: `^functions/(${domain})/` },
      to: { path: '^functions/', pathNot: ['^functions/$1/', ...(mayUse[domain] ?? []).map((use) => `^functions/${use}(/|\\.ts$)`)] },
    })),
    {
      name: 'stores-are-their-domains-own',
      comment:
        "A domain's SQL, Redis keys and HTTP calls are its own: others ask by its use cases, or share a store that sharedStores names.",
      severity: 'error',
      from: { path: '^functions/([^/]+)/', pathNot: tests },
      to: {
        path: `^functions/.*${stores}`,
        pathNot: ['^functions/$1/', ...Object.keys(sharedStores).map((file) => `^functions/${file}$`)],
      },
    },
    ...Object.entries(sharedStores).map(([file, users]) => ({
      name: 'stores-are-their-domains-own',
      comment: 'A shared store is shared with the domains that sharedStores names, and no others.',
      severity: 'error',
      from: { path: '^functions/', pathNot: [`^functions/(${[file.split('/')[0], ...users].join('|')})/`, ...tests] },
      to: { path: `^functions/${file}$` },
    })),
    {
      name: 'nobody-imports-handlers',
      comment: 'A file directly in functions/<domain>/ is a Lambda function. What two of them share is a use case in lib/.',
      severity: 'error',
      from: { pathNot: tests },
      to: { path: '^functions/[^/]+/[^/]+\\.tsx?$' },
    },
    {
      name: 'no-tests-in-production',
      comment: 'Test code may know everything, so nothing that is deployed or that runs a shop may know it. Tools in scripts/ may use it.',
      severity: 'error',
      from: { path: '^(functions|platform|web|local|db)/', pathNot: tests },
      to: { path: tests },
    },
    {
      name: 'no-tooling-in-production',
      comment: 'local/, db/ and scripts/ run on machines of developers and pipelines; functions and the SPA are deployed without them.',
      severity: 'error',
      // A demo stage is seeded from within its VPC, by the same code.
      from: { path: '^(functions|platform|web)/', pathNot: [...tests, '^functions/ops/lib/seed-stage\\.pg\\.ts$'] },
      to: { path: '^(local|db|scripts)/' },
    },
    {
      name: 'no-dev-packages-in-functions',
      comment: 'What a function loads is a dependency, pinned and scanned as one. Types alone may come from a dev package.',
      severity: 'error',
      from: { path: '^(functions|platform)/', pathNot: tests },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'web-sees-contracts-and-rules',
      comment: 'The SPA shares shapes and rules with the API, and nothing that reads a store, a secret or a variable.',
      severity: 'error',
      from: { path: '^web/', pathNot: tests },
      to: { path: '^(functions|platform)/', pathNot: [...pureInDomains, ...platformForWeb] },
    },
    {
      name: 'web-runs-in-a-browser',
      comment: "There is no Node in a browser: whatever the SPA reaches keeps off Node's own modules. vite.config.ts runs at build time.",
      severity: 'error',
      from: { path: '^web/', pathNot: ['^web/vite\\.config\\.ts$', ...tests] },
      to: {
        path: '^(assert|async_hooks|buffer|crypto|events|module|path|perf_hooks|stream|url|util|zlib|fs|net|http|https|os|process)$',
        reachable: true,
      },
    },
    {
      name: 'no-cycles',
      comment: 'Files that import each other, types included, are one file in two places: neither can be read, moved or tested alone.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-barrels',
      comment: 'An index.ts that re-exports makes a function load what it never uses: 56 ms of cold start where 19 do.',
      severity: 'error',
      from: { path: '(^|/)index\\.tsx?$' },
      to: {},
    },
    {
      name: 'imports-resolve',
      comment: 'An import that resolves to nothing would slip through every rule above.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|tests/architecture/violations)/' },
    // Imports of types count too: they tie files together just as much.
    tsPreCompilationDeps: true,
    // Node's own resolution: package.json's "imports" for #platform/…, and file endings written out.
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.json', '.d.ts'],
    },
  },
};

// For the tests, which also look for lines of these tables that nothing needs any more. Not enumerable: dependency-cruiser checks its keys.
Object.defineProperty(module.exports, 'tables', { value: { mayUse, sharedStores, pure: [...pureInDomains, ...pureInPlatform], io } });
