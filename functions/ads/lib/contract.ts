import * as z from 'zod/mini';
import { ImageUrl, Slug } from '#functions/catalog/lib/contract.ts';
import { defineRoute } from '#platform/http/contract.ts';
import { endsAfterItBegins, Instant, longestRange, Moment, page, paging, Uuid, words } from '#platform/http/schemas.ts';

/** An ad as a page shows it. Where it leads is told to whoever clicks it. */
export const ShownAd = z.strictObject({
  id: Uuid,
  title: z.string(),
  text: z.string(),
  imageUrl: z.string(),
  /** The slug of the category that it is for. */
  category: z.nullable(z.string()),
});
export type ShownAd = z.infer<typeof ShownAd>;

/** An ad as admins keep it. */
export const Ad = z.extend(ShownAd, {
  /** A page of this shop. */
  target: z.string(),
  /** How often it is chosen, beside the weights of the others that could be. */
  weight: z.int(),
  startsAt: Instant,
  /** Null: it runs until it is deleted. */
  endsAt: z.nullable(Instant),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Ad = z.infer<typeof Ad>;

export const chooseAdsRoute = defineRoute({
  method: 'GET',
  path: '/api/ads',
  auth: 'public',
  summary: 'Choose ads that run now, by chance and weight; with `category` those of that category only',
  query: z.strictObject({ category: z.optional(Slug), limit: paging.limit }),
  answers: { 200: z.strictObject({ items: z.array(ShownAd) }) },
  cacheable: true,
});

const adId = z.strictObject({ id: Uuid });

export const clickAdRoute = defineRoute({
  method: 'POST',
  path: '/api/ads/{id}/click',
  auth: 'public',
  summary: 'Count a click on an ad, and tell where it leads: a page of this shop',
  params: adId,
  body: z.strictObject({
    /** Made by the page that shows the ad, anew each time. Clicks that name the same one count once, for a day. */
    showingId: z.optional(Uuid),
  }),
  optionalBody: true,
  answers: { 200: z.strictObject({ target: z.string() }) },
  problems: ['ad-not-found'],
});

/**
 * A page of this shop, as its links are written: words of lower-case letters and digits, and a query. Not the API, and nothing that a browser could
 * read as another host (`//`, `/\`, a tab between the slashes, a scheme).
 */
const Target = z
  .string()
  .check(
    z.maxLength(500),
    z.regex(
      /^\/(?!api(\/|\?|$))([a-z0-9]+(-[a-z0-9]+)*(\/[a-z0-9]+(-[a-z0-9]+)*)*)?(\?[A-Za-z0-9._~%+=&-]*)?$/,
      'must be a page of this shop, such as /products?category=toys',
    ),
  );

const earliest = Date.parse('2000-01-01T00:00:00Z');
const latest = Date.parse('2100-01-01T00:00:00Z');
const Scheduled = Moment.check(
  z.refine((moment) => Date.parse(moment) >= earliest && Date.parse(moment) < latest, {
    error: 'must be in the years from 2000 to 2099',
    params: { jsonSchema: {} },
  }),
);

const adBody = z.strictObject({
  title: words(100),
  text: words(300),
  imageUrl: z.optional(ImageUrl),
  target: Target,
  category: z.optional(z.nullable(Slug)),
  weight: z.optional(z.int().check(z.gte(1, 'must be at least 1'), z.lte(1_000, 'must be at most 1000'))),
  startsAt: z.optional(Scheduled),
  endsAt: z.optional(z.nullable(Scheduled)),
});

export const listAdsRoute = defineRoute({
  method: 'GET',
  path: '/api/admin/ads',
  auth: 'admin',
  summary: 'List ads, the newest first: those that run, ran or will run, but not the deleted ones',
  query: z.strictObject(paging),
  answers: { 200: page(Ad) },
  problems: ['invalid-cursor'],
});

export const createAdRoute = defineRoute({
  method: 'POST',
  path: '/api/admin/ads',
  auth: 'admin',
  summary: 'Add an ad; it has weight 1, begins now and has no end where nothing else is said',
  body: adBody,
  answers: { 201: Ad },
  problems: ['unknown-category'],
});

export const getAdRoute = defineRoute({
  method: 'GET',
  path: '/api/admin/ads/{id}',
  auth: 'admin',
  summary: 'Read an ad',
  params: adId,
  answers: { 200: Ad },
  problems: ['ad-not-found'],
});

export const updateAdRoute = defineRoute({
  method: 'PUT',
  path: '/api/admin/ads/{id}',
  auth: 'admin',
  summary: 'Change an ad; optional fields that are left out stay as they are, a category or endsAt of null takes it away',
  params: adId,
  body: adBody,
  answers: { 200: Ad },
  problems: ['ad-not-found', 'unknown-category'],
});

export const deleteAdRoute = defineRoute({
  method: 'DELETE',
  path: '/api/admin/ads/{id}',
  auth: 'admin',
  summary: 'Delete an ad; what was counted of it stays in the report',
  params: adId,
  answers: { 204: null },
  problems: ['ad-not-found'],
});

export const readAdReportRoute = defineRoute({
  method: 'GET',
  path: '/api/admin/ads/report',
  auth: 'admin',
  summary: 'How often each ad was seen and clicked on the days of UTC that the time from `from` to `to` touches, the most seen first',
  query: z.strictObject({ from: Moment, to: Moment }).check(endsAfterItBegins, longestRange),
  answers: {
    200: z.strictObject({
      /** Of ads that were seen or clicked in that time, also those deleted since. */
      items: z.array(
        z.strictObject({
          id: Uuid,
          title: z.string(),
          impressions: z.int(),
          clicks: z.int(),
          /** Clicks by impressions: 0.05 is one in twenty. Null where no impression was counted. */
          clickThrough: z.nullable(z.number()),
        }),
      ),
    }),
  },
});
