-- Up Migration
-- Search in plain PostgreSQL 16: words as columns, samples of the catalog as partial indexes, and the catalog's words to mend what was typed.
create extension if not exists unaccent;      -- both are trusted extensions: they need no superuser, on RDS neither
create extension if not exists fuzzystrmatch;

-- Text as words are compared: composed (NFC), without accents, lower case. Text in ASCII, most of it, needs neither of the first two.
create function shop_fold(said text) returns text immutable strict parallel safe language sql
  return case when octet_length(said) = char_length(said) then lower(said)
              else lower(public.unaccent('public.unaccent'::regdictionary, normalize(translate(said, '©®™', '   '), nfc))) end;

-- The one way in which text is parted into words, of documents and queries alike. What stands between letters and digits parts words
-- ("usb-c/hdmi": usb c hdmi); what was joined is added in one word ("wi-fi": wifi, "l'oreal": loreal, "at&t": att, on both sides of a slash, too:
-- usbc hdmi), and parted where letters meet digits ("wh-1000xm5": wh1000xm5, wh 1000 xm 5), so that model numbers are found with and without
-- hyphens. 3.5 is not 35.
create function shop_spellings(said text) returns text immutable strict parallel safe language plpgsql as $$
declare
  folded text := public.shop_fold(said);
  spellings text := translate(folded, '-./@_&+''<>~', '           ');
  joined text;
  piece text;
begin
  for joined in
    select piece_of[1] from regexp_matches(folded,
      '[[:alnum:]]+(?:(?:[-/@_&+'']|\.(?![0-9]))[[:alnum:]]+)+|[[:alpha:]]+[0-9][[:alnum:]]*|[0-9]+[[:alpha:]][[:alnum:]]*', 'g') as piece_of
  loop
    foreach piece in array case when joined like '%/%' then joined || string_to_array(joined, '/') else array[joined] end loop
      spellings := spellings || ' ' || regexp_replace(piece, '[^[:alnum:]]', '', 'g') || ' ' ||
        regexp_replace(piece, '[^[:alnum:]]|(?<=[[:alpha:]])(?=[0-9])|(?<=[0-9])(?=[[:alpha:]])', ' ', 'g');
    end loop;
  end loop;
  return spellings;
end
$$;

-- English stems without stop words ("the", "it"); and with them, for names: "The Who" is found. Words keep their positions, for phrases.
create function shop_words(said text) returns tsvector immutable strict parallel safe language sql
  return to_tsvector('pg_catalog.english'::regconfig, public.shop_spellings(said));
create text search dictionary every_stem (template = snowball, language = english); -- no list of stop words
create text search configuration shop_names (copy = pg_catalog.english);
alter text search configuration shop_names alter mapping for asciiword, word with every_stem;
create function shop_name_words(said text) returns tsvector immutable strict parallel safe language sql
  return to_tsvector('public.shop_names'::regconfig, public.shop_spellings(said));

-- For ts_headline, which reads the text as it was written.
create text search configuration shop (copy = pg_catalog.english);
alter text search configuration shop alter mapping for asciiword, asciihword, hword_asciipart, word, hword, hword_part with unaccent, english_stem;
alter text search configuration shop alter mapping for numword, numhword, hword_numpart with unaccent, simple;

-- A product's category and tags as lexemes that no text has, so that the index answers these filters too. The category's id: renaming one
-- touches no product.
create function shop_marks(category_id uuid, tags text[]) returns tsvector immutable parallel safe language sql
  return array_to_tsvector(array_remove(array(select 'tag ' || tag from unnest(tags) tag) || ('category ' || category_id), null));
create function shop_tags(tags text[]) returns text immutable strict parallel safe language sql return array_to_string(tags, ' ');

-- These columns double a row, to 1.7 kB. A quarter of each page (2 kB, which no row exceeds: what would is TOASTed) stays free, so that a stock
-- update's new version of the row finds room on its page, and no index has to learn of it. Set first: adding the columns writes all pages anew.
alter table products set (fillfactor = 75);

-- Where a word stands decides the level of a hit: in the name; in name, tags or category; anywhere. Long descriptions are cut: a row above
-- 2 kB is TOASTed, and then each look at its words is a read more. `main`: other columns leave the row first.
-- `document` and its index serve the release before this one: a later one drops them.
alter table products
  add column w_name  tsvector not null generated always as (shop_name_words(name)) stored,
  add column w_title tsvector not null generated always as (shop_name_words(name) || shop_words(shop_tags(tags)) || shop_marks(category_id, tags)) stored,
  add column w_all   tsvector not null generated always as
    (shop_name_words(name) || shop_words(shop_tags(tags) || ' . ' || left(description, 2000)) || shop_marks(category_id, tags)) stored,
  -- 0 to 1023, by chance (the last bits of the id): products with sample < n are n in 1024 of the catalog
  add column sample  smallint not null generated always as
    ((get_byte(uuid_send(id), 15) * 4 + (get_byte(uuid_send(id), 14) & 3))::smallint) stored;
alter table products alter column w_name set storage main, alter column w_title set storage main, alter column w_all set storage main;

-- A list of pending words is read by every search, so the app's role keeps these short (db/roles/app.sql); who imports a catalog sets a longer one.
-- The samples' indexes have none, they are read first.
-- The first three have archived products too: PostgreSQL puts no two indexes together (BitmapAnd) that have the same condition, and the one by
-- price has it. A frequent word in a narrow band of prices takes a tenth of the time so.
create index products_w_name      on products using gin (w_name);
create index products_w_title     on products using gin (w_title);
create index products_w_all       on products using gin (w_all);
create index products_sample_1024 on products using gin (w_all) with (fastupdate = off) where archived_at is null and sample < 1;
create index products_sample_128  on products using gin (w_all) with (fastupdate = off) where archived_at is null and sample < 8;
create index products_sample_16   on products using gin (w_all) with (fastupdate = off) where archived_at is null and sample < 64;

alter table categories add column words tsvector not null generated always as (shop_words(name)) stored;

-- Keys under which a mistyped word finds the right one: itself, itself less one letter, and its sound.
create function slips(word text) returns text[] immutable strict parallel safe language sql
  return array(select distinct overlay(word placing '' from i for 1) from generate_series(1, length(word)) i) || array[word, '~' || public.dmetaphone(word)];
create table words (
  word     text collate "C" primary key, -- C: `word >= 'head' and word < 'head' || chr(1114111)` is a range of this index
  lexeme   text not null,
  products integer not null default 1,   -- about how many hold it: only orders what is proposed. A schedule counts; a write adds words, and never counts
  slips    text[] not null generated always as (slips(left(word, 12))) stored
);
create index words_lexeme on words (lexeme);
create index words_slips  on words using gin (slips) with (fastupdate = off);
-- The words of a text that are worth mending a query to, each with its stem.
create function words_in(said text) returns table (word text, lexeme text) immutable strict parallel safe language sql as $$
  select w, (ts_lexize('pg_catalog.english_stem', w))[1]
    from unnest(tsvector_to_array(to_tsvector('pg_catalog.simple'::regconfig, public.shop_spellings(said)))) w
   where w ~ '^[[:alpha:]]{3,30}$' and ts_lexize('pg_catalog.english_stem', w) <> '{}' $$;

create table synonyms (
  id         uuid primary key,
  said       text not null, -- a word, or two
  means      text not null, -- what is searched for beside it
  key        text not null generated always as (strip(shop_words(said))::text) stored,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  unique (said, means)
);
create index synonyms_key on synonyms (key);

-- All words of the catalog, counted: reads every product, for the seed. What spaces part is counted first, and parted into words once each, however
-- many products have it: that is most of the work. A product that has a word in two ways ("mug-sized mug") may count twice.
create function catalog_words() returns table (word text, lexeme text, products integer) stable language sql as $$
  with pieces as (
    select piece, count(*) as products from public.products p,
           lateral (select distinct btrim(piece, '.,;:!?()"') as piece from string_to_table(lower(translate(
             p.name || ' ' || public.shop_tags(p.tags) || ' ' || left(p.description, 2000), E'\n\r\t', '   ') collate "C"), ' ') piece) its
     where p.archived_at is null group by piece
    union all select c.name, 1 from public.categories c
    union all select s.said || ' . ' || s.means, 1 from public.synonyms s)
  select w.word, w.lexeme, sum(products)::integer from pieces, public.words_in(piece) w group by w.word, w.lexeme $$;
insert into words (word, lexeme, products) select * from catalog_words();

-- Down Migration
drop function catalog_words;
drop table synonyms, words;
drop function words_in, slips;
alter table categories drop column words;
alter table products set (fillfactor = 85);
alter table products drop column w_name, drop column w_title, drop column w_all, drop column sample;
drop function shop_tags, shop_marks, shop_name_words, shop_words, shop_spellings, shop_fold;
drop text search configuration shop;
drop text search configuration shop_names;
drop text search dictionary every_stem;
drop extension fuzzystrmatch;
drop extension unaccent;
