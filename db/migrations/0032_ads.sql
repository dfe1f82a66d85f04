-- Up Migration
-- Ads for what the shop itself sells or does: no address outside of it can be a target (functions/ads/lib/contract.ts says which may).
create table ads (
  id          uuid primary key,
  title       text not null,
  text        text not null,
  image_url   text not null default '',
  target      text not null check (target ~ '^/([a-z0-9?]|$)'), -- a page of the shop, never another host: `//` begins one
  category_id uuid references categories (id) on delete set null, -- null: shown where no category is asked for
  weight      integer not null check (weight between 1 and 1000),
  starts_at   timestamptz(3) not null,
  ends_at     timestamptz(3) not null default 'infinity',
  archived_at timestamptz(3), -- deleted by an admin; the row stays, so that the figures of the past keep their title
  created_at  timestamptz(3) not null,
  updated_at  timestamptz(3) not null,
  check (starts_at < ends_at)
);
create index ads_newest on ads (created_at desc, id desc) where archived_at is null;
create index ads_running on ads (ends_at) where archived_at is null; -- of all that there ever were, the few that have not ended
create index ads_category on ads (category_id); -- for deleting a category

-- How often an ad was seen and clicked on a day (UTC), in slots as `product_views` are. No foreign key: each check would lock the ad's row.
create table ad_figures (
  day         timestamptz(3) not null, -- its beginning
  ad_id       uuid not null,
  slot        smallint not null,
  impressions bigint not null default 0,
  clicks      bigint not null default 0,
  primary key (day, ad_id, slot)
) with (fillfactor = 50);

-- Showings of ads that were clicked, by an id that the page made for the showing: a second click of the same counts no more. Nothing about a person.
create table ad_clicks (
  ad_id      uuid not null,
  showing_id uuid not null,
  at         timestamptz(3) not null,
  primary key (ad_id, showing_id)
);
create index ad_clicks_at on ad_clicks (at);

-- Down Migration
drop table ad_clicks, ad_figures, ads;
