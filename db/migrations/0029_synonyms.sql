-- Up Migration
-- Synonyms that admins look after. `both_ways`: who says the one is shown the other, in either direction. Keys are the words as they are searched
-- for, so "Couches" and "couch" are one, whatever their order in a pair of words.
alter table synonyms
  add column both_ways boolean not null default false,
  add column means_key text not null generated always as (strip(shop_words(means))::text) stored;
create unique index synonyms_pair on synonyms (key, means_key);
create index synonyms_back on synonyms (means_key) where both_ways;
create index synonyms_by_said on synonyms (said collate names, id);

-- What shoppers call the things of this catalog, and British beside American spelling. One that is deleted later does not come back.
insert into synonyms (id, said, means, both_ways, created_at, updated_at) select gen_random_uuid(), *, now(), now() from (values
  ('10', 'ten', true), ('2', 'two', true), ('3', 'three', true), ('4', 'four', true), ('5', 'five', true), ('6', 'six', true), ('7', 'seven', true),
  ('8', 'eight', true), ('9', 'nine', true), ('acrylics', 'paint', false), ('alarm', 'clock', false), ('alarm clock', 'clock', false),
  ('aluminum', 'aluminium', true), ('anorak', 'coat', false), ('apparel', 'fashion', false), ('armchair', 'chair', false),
  ('armchair', 'sofa', false), ('artist', 'paint', false), ('astronomer', 'telescope', false), ('atlas', 'map', false),
  ('aviators', 'sunglasses', false), ('awning', 'tent', false), ('backyard', 'garden', false), ('badminton', 'racket', false),
  ('baking', 'cooking', false), ('balcony', 'garden', false), ('ballpoint', 'pen', false), ('barbecue', 'picnic', false), ('bbq', 'picnic', false),
  ('beaker', 'mug', false), ('bear', 'teddy', false), ('bed frame', 'bed', false), ('bedframe', 'bed', false), ('bedstead', 'bed', false),
  ('bicycle', 'bike', true), ('binoculars', 'telescope', false), ('biro', 'pen', false), ('blade', 'knife', false), ('bluetooth', 'wireless', false),
  ('bonsai', 'plant', false), ('book', 'novel', false), ('bookcase', 'cabinet', false), ('boots', 'shoes', false), ('box set', 'trilogy', false),
  ('boxset', 'trilogy', false), ('boy', 'toys', false), ('brolly', 'umbrella', false), ('brush', 'paint', false),
  ('building blocks', 'robot kit', false), ('bulb', 'lamp', false), ('cactus', 'plant', false), ('cagoule', 'coat', false),
  ('calligraphy', 'pen', false), ('camcorder', 'camera', false), ('campsite', 'camping', false), ('cancelation', 'cancellation', true),
  ('canvas', 'paint', false), ('cappuccino', 'coffee', false), ('casserole', 'stockpot', false), ('cell phone', 'phone', false),
  ('cellphone', 'phone', false), ('center', 'centre', true), ('ceramic', 'stoneware', false), ('chef', 'cooking', false), ('child', 'kids', false),
  ('child', 'toys', false), ('children', 'toys', false), ('chromebook', 'laptop', false), ('chronograph', 'watch', false),
  ('cleaver', 'knife', false), ('clothes', 'fashion', false), ('clothing', 'fashion', false), ('color', 'colour', true),
  ('computer', 'laptop', false), ('console', 'controller', false), ('cookware', 'pan', false), ('cookware', 'stockpot', false),
  ('cool box', 'picnic basket', false), ('cooler', 'picnic basket', false), ('cordless', 'wireless', false), ('couch', 'sofa', true),
  ('crayon', 'paint', false), ('crockery', 'stoneware', false), ('cuddly toy', 'plush', false), ('cup', 'mug', true), ('cupboard', 'cabinet', false),
  ('cutlery', 'knife', false), ('cycle', 'bike', false), ('cycling', 'bike', false), ('cyclist', 'bike', false), ('dagger', 'knife', false),
  ('daypack', 'backpack', false), ('decoration', 'decor', false), ('device', 'electronics', false), ('diary', 'notebook', false),
  ('dinnerware', 'stoneware', false), ('dish', 'stoneware', false), ('divan', 'sofa', false), ('dolly', 'dolls', false), ('drawer', 'cabinet', false),
  ('drawing', 'paint', false), ('dresser', 'cabinet', false), ('droid', 'robot', false), ('dry', 'rain', false), ('dry', 'waterproof', false),
  ('dslr', 'camera', false), ('dutch oven', 'stockpot', false), ('earbuds', 'headphones', false), ('earphones', 'headphones', false),
  ('easel', 'paint', false), ('ebike', 'bike', false), ('espresso', 'coffee', false), ('exercise book', 'notebook', false),
  ('eyeglasses', 'sunglasses', false), ('eyewear', 'sunglasses', false), ('felt tip', 'pen', false), ('fern', 'plant', false),
  ('fiber', 'fibre', true), ('fiberglass', 'fibreglass', true), ('fineliner', 'pen', false), ('flashlight', 'torch', true), ('flask', 'mug', false),
  ('flavor', 'flavour', true), ('flower', 'plant', false), ('football', 'ball', false), ('footwear', 'shoes', false),
  ('fridge', 'refrigerator', true), ('frying pan', 'skillet', false), ('frypan', 'skillet', false), ('futon', 'sofa', false),
  ('gadget', 'electronics', false), ('gamepad', 'controller', false), ('gaming', 'games', false), ('garment', 'fashion', false),
  ('gazebo', 'tent', false), ('gift', 'present', true), ('girl', 'toys', false), ('glamping', 'camping', false), ('glasses', 'sunglasses', false),
  ('globe', 'map', false), ('goggles', 'sunglasses', false), ('golden', 'gold', true), ('gps', 'navigation', false), ('gray', 'grey', true),
  ('griddle', 'skillet', false), ('hamper', 'basket', false), ('handbag', 'bag', false), ('handset', 'phone', false), ('harbor', 'harbour', true),
  ('hardback', 'hardcover', true), ('head torch', 'flashlight', false), ('headband', 'headphones', false), ('headlamp', 'flashlight', false),
  ('headset', 'headphones', false), ('headtorch', 'flashlight', false), ('hifi', 'audio', false), ('holdall', 'bag', false),
  ('homeware', 'furniture', false), ('homeware', 'kitchen', false), ('hoop', 'basketball', false), ('household', 'furniture', false),
  ('household', 'kitchen', false), ('houseplant', 'plant', false), ('indoor plant', 'potted', false), ('infant', 'baby', false),
  ('jacket', 'coat', false), ('jewelry', 'jewellery', true), ('jogger', 'running', false), ('jogging', 'running', false),
  ('jotter', 'notebook', false), ('journal', 'notebook', false), ('joypad', 'controller', false), ('joystick', 'controller', false),
  ('kettle', 'teapot', false), ('kids', 'children', true), ('kids', 'toys', false), ('kitchenware', 'kitchen', false),
  ('knapsack', 'backpack', false), ('lantern', 'flashlight', false), ('latte', 'coffee', false), ('light', 'flashlight', false),
  ('light', 'lamp', false), ('lighting', 'lamp', false), ('liter', 'litre', true), ('literature', 'novel', false), ('locomotive', 'train', false),
  ('longboard', 'skateboard', false), ('looking glass', 'mirror', false), ('lounger', 'sofa', false), ('loveseat', 'sofa', false),
  ('luggage', 'bag', false), ('lunch box', 'picnic basket', false), ('lunchbox', 'picnic basket', false), ('macbook', 'laptop', false),
  ('mackintosh', 'coat', false), ('marathon', 'running', false), ('marker', 'pen', false), ('matryoshka', 'nesting dolls', false),
  ('mattress', 'bed', false), ('meter', 'metre', true), ('mic', 'microphone', false), ('mobile', 'phone', false), ('mountain bike', 'bike', false),
  ('mountaineering', 'hiking', false), ('muffler', 'scarf', false), ('nature', 'outdoors', false), ('navigation', 'compass', false),
  ('newborn', 'baby', false), ('nightstand', 'cabinet', false), ('nintendo', 'gaming', false), ('notebook computer', 'laptop', false),
  ('notepad', 'notebook', false), ('orienteering', 'compass', false), ('ottoman', 'sofa', false), ('outfit', 'fashion', false),
  ('overcoat', 'coat', false), ('padel', 'racket', false), ('paintbox', 'paint', false), ('pajamas', 'pyjamas', true), ('paperback', 'novel', false),
  ('parasol', 'umbrella', false), ('parka', 'coat', false), ('pashmina', 'scarf', false), ('patio', 'garden', false), ('pc', 'computer', false),
  ('pencil', 'pen', false), ('photo', 'camera', false), ('picture', 'photography', false), ('planets', 'telescope', false),
  ('planner', 'notebook', false), ('playstation', 'gaming', false), ('plaything', 'toys', false), ('plimsolls', 'shoes', false),
  ('plushie', 'plush', false), ('polarized', 'polarised', true), ('poncho', 'coat', false), ('pottery', 'stoneware', false),
  ('programming', 'coding', false), ('pullover', 'wool', false), ('pushbike', 'bike', false), ('quill', 'pen', false), ('racket', 'racquet', true),
  ('raclette', 'fondue', false), ('railroad', 'railway', false), ('raincoat', 'coat', false), ('rainproof', 'waterproof', false),
  ('recliner', 'chair', false), ('recliner', 'sofa', false), ('ride', 'bike', false), ('rollerball', 'pen', false), ('rucksack', 'backpack', true),
  ('runners', 'running shoes', false), ('russian doll', 'nesting dolls', false), ('sandals', 'shoes', false), ('santoku', 'knife', false),
  ('sat nav', 'navigation', false), ('satchel', 'bag', false), ('satnav', 'navigation', false), ('saucepan', 'pan', false),
  ('saucepan', 'stockpot', false), ('school bag', 'backpack', false), ('schoolbag', 'backpack', false), ('scooter', 'skateboard', false),
  ('seat', 'chair', false), ('sectional', 'sofa', false), ('settee', 'sofa', false), ('shades', 'sunglasses', false), ('shawl', 'scarf', false),
  ('shelf', 'cabinet', false), ('shelter', 'tent', false), ('shrub', 'plant', false), ('skating', 'skateboard', false),
  ('sketchbook', 'notebook', false), ('sketchbook', 'paint', false), ('skiing', 'skis', false), ('skillet', 'pan', true), ('sled', 'skis', false),
  ('sledge', 'skis', false), ('slicker', 'coat', false), ('slippers', 'shoes', false), ('smartphone', 'phone', true), ('smartwatch', 'watch', false),
  ('sneakers', 'shoes', false), ('snood', 'scarf', false), ('snowboard', 'skis', false), ('soccer ball', 'ball', false), ('sofabed', 'sofa', false),
  ('soft toy', 'plush', false), ('speaker', 'audio', false), ('specs', 'sunglasses', false), ('spectacles', 'sunglasses', false),
  ('spyglass', 'telescope', false), ('squash', 'racket', false), ('star', 'telescope', false), ('stargazing', 'telescope', false),
  ('stationary', 'stationery', false), ('stem toy', 'robot kit', false), ('stereo', 'audio', false), ('stool', 'chair', false),
  ('story', 'novel', false), ('stuffed animal', 'plush', false), ('stuffed toy', 'plush', false), ('succulent', 'plant', false),
  ('suitcase', 'bag', false), ('sunnies', 'sunglasses', false), ('sweater', 'wool', false), ('tableware', 'stoneware', false),
  ('tankard', 'mug', false), ('teakettle', 'teapot', false), ('tech', 'electronics', false), ('technology', 'electronics', false),
  ('television', 'tv', true), ('thermos', 'mug', false), ('thriller', 'novel', false), ('timber', 'wood', false), ('timepiece', 'clock', false),
  ('timepiece', 'watch', false), ('tire', 'tyre', true), ('toboggan', 'skis', false), ('toddler', 'kids', false), ('toddler', 'toys', false),
  ('tote', 'bag', false), ('tracksuit', 'fashion', false), ('trainers', 'shoes', false), ('tram', 'train', false), ('tree', 'plant', false),
  ('trekking', 'hiking', false), ('tumbler', 'mug', false), ('ultrabook', 'laptop', false), ('vacuum', 'hoover', true), ('walking', 'hiking', false),
  ('wall art', 'poster', false), ('wardrobe', 'cabinet', false), ('watercolor', 'watercolour', true), ('waterproof', 'water resistant', true),
  ('webcam', 'camera', false), ('wifi', 'wireless', false), ('windbreaker', 'coat', false), ('wok', 'skillet', false), ('wooden', 'wood', true),
  ('woolen', 'wool', true), ('woollen', 'wool', true), ('wristwatch', 'watch', false), ('writing pad', 'notebook', false), ('xbox', 'gaming', false),
  ('yard', 'garden', false)
) as pairs (said, means, both_ways) on conflict do nothing;

-- What is said is a word that can be mistyped.
insert into words (word, lexeme) select w.word, w.lexeme from synonyms s, words_in(s.said || case when s.both_ways then ' ' || s.means else '' end) w
  on conflict do nothing;

-- Letters to change, put in or leave out until one word is the other; two that changed places count as one, as for who types.
create function letters_apart(one text, other text) returns integer immutable strict parallel safe language sql as $$
  select case when apart = 2 and length(one) = length(other)
                and array(select string_to_table(one, null) order by 1) = array(select string_to_table(other, null) order by 1) then 1 else apart end
    from (select public.levenshtein(one, other) as apart) l $$;

-- Stems of what a word is made from by an ending that the stemmer leaves on: writer, golden, rainy, woolly, boyish; runner (run), hiker (hike).
create function stems_beneath(word text) returns text[] immutable strict parallel safe language sql as $$
  select array(select (ts_lexize('pg_catalog.english_stem', form))[1]
                 from unnest(array[base, base || 'e', regexp_replace(base, '(.)\1$', '\1')]) form where length(base) >= 3)
    from (select substring(word from '^(.*?)(?:er|or|en|y|ish)s?$') as base) b $$;

-- How far the schedule that keeps `words` true has come. One row.
create table word_marks (
  one            boolean primary key default true check (one),
  products_after uuid,           -- looked through for new words up to this product; null: the walk begins anew
  walk_began_at  timestamptz(3), -- when the walk under way began
  changed_since  timestamptz(3), -- it looks at products that were written since then; null: at all
  words_after    text not null default '' -- counted up to this word
);
insert into word_marks default values;
alter table words set (fillfactor = 80); -- a count's new version stays on its page, and no index has to learn of it

-- Down Migration
drop function stems_beneath, letters_apart;
drop table word_marks;
drop index synonyms_by_said, synonyms_back, synonyms_pair;
alter table synonyms drop column means_key, drop column both_ways;
