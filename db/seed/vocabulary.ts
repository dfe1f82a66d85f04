/**
 * The words that generated products are described with: a vocabulary of the size and shape of a real shop's. Few words are everywhere and most are
 * rare (Zipf's law: the word of rank r is met about 1/r as often as the first), so that an index that only works for frequent words, or only for
 * rare ones, shows.
 */

/** How many descriptive words there are; a million products use nearly all of them. */
export const vocabularySize = 40_000;

const list = (words: string): readonly string[] => words.split(/\s+/);

// The most frequent words, in this order.
const common =
  list(`solid brushed oak linen cotton steel brass leather walnut ceramic woven matte polished folding recycled hand-finished padded
  weatherproof insulated adjustable stackable washable breathable reinforced lightweight waterproof wireless rechargeable magnetic foldable
  bamboo birch beech ash maple teak pine cork rattan jute hemp wool merino cashmere silk velvet denim canvas suede nylon aluminium titanium
  carbon copper bronze chrome enamel glass crystal porcelain stoneware marble granite slate terracotta rubber silicone acrylic resin
  ergonomic modular portable cordless digital analogue automatic manual quiet silent soft firm deep shallow wide narrow tall round square
  oval tapered curved ribbed quilted embroidered printed striped checked plain glossy satin frosted tinted mirrored engraved stitched
  riveted welded moulded carved turned lacquered oiled waxed dyed bleached vintage rustic industrial minimal classic coastal alpine
  handle hinge drawer shelf pocket zipper buckle strap cushion lining hood collar cuff sleeve seam hem button lace sole heel toe lid spout
  blade grip tip nib cap clip hook ring rail rack stand tray bowl basket case pouch sling harness cable charger battery speaker sensor
  display screen lens tripod shutter filter switch dial gauge timer pedal saddle wheel fork frame chain brake spoke tyre pump valve`);

// Rarer ones are made up of syllables, as names of ranges, places and materials are; a tenth of them have accents.
const starts =
  list(`al am an ar bal bel ber bor bran cal car cas cor cry dal dor dra el em er fal fen fir gal gar gil hal har hel is jas kal
  kel kor lan lor lum mal mar mer mor nar nel nor ol or pel per quin ral ran ros sal sel sil sol tal tar ter tor val ver`);
const middles = list(`a an ar ba be bi da de di do e en ga ge go i in ka ki la le li lo ma me mi mo na ne ni o on pa pe ra re ri ro sa se si
  so ta te ti to u un va ve vi vo wi xa ye za ze zi zo lu mu`);
const ends =
  list(`bex bra cai cham das den dor dra fal fell gan gard hart holm ish jor keld kin lac lane lith mar mond nax nel nor pell quet
  rach ran rel rick sel stra ten thorn tov vane vik wyn zor dé lör mañ rån`);

/** The descriptive word of a rank, the most frequent being 0: the same always, and another for each (but for a few that sound alike). */
export function wordOfRank(rank: number): string {
  const known = common[rank];
  if (known !== undefined) return known;
  const mixed = (rank * 7_919) % (starts.length * middles.length * ends.length);
  const [start, rest] = [mixed % starts.length, Math.floor(mixed / starts.length)];
  return `${starts[start]}${middles[rest % middles.length]}${ends[Math.floor(rest / middles.length)]}`;
}

/** A word by chance, each as often as its rank says. @param chance 0 to 1 */
export const frequentFirst = (chance: number): string => wordOfRank(Math.floor(vocabularySize ** chance) - 1);

/** The first of them are older than the rest, and stand in benchmarks' searches. */
export const makers: readonly string[] = [
  ...list(`Harlow Brindle Osterley Kestrel Marlow Tidewater Fenwick Larkspur Bramley Solveig Ashdown Wrenfield Juniper Northgate
    Halden Rookwood Elmstead Thistle Dunmore Sable Hollis Ravensworth Quillon Arden Bexley Corvane Driftline Everly Foxglove Greyfell
    Hearthside Ironwood Kilbride Lindqvist Mossgate Nettlefold Oakhurst Pinecrest Silverlake Tamarind`),
  ...list(`Åkerlund Bjørnsen Lumière Müller Peñalba Señal Dvořák Brûlet Fjällby O’Hare Dover&Sons Grün+Weiss Kø/Lab No.9`),
  ...list(`Aster Black Calder Dale Elder Fair Glen Hazel Ivory Kings Lang Maple North Oxen Penn Quarry Red Stone Thorn Under Vale West Yarrow
    Zephyr`).flatMap((first) =>
    list(`bank bridge brook field ford gate hall hurst ley mont port ridge side ton wick`).map((last) => first + last),
  ),
];

export const styles =
  list(`Classic Compact Everyday Modern Signature Essential Heritage Premium Travel Studio Junior Grand Original Urban Coastal
  Nordic Alpine Vintage Slim Deluxe Weekend Quiet Bright Northern`);
export const colours =
  list(`Slate Sage Sand Ivory Midnight Coral Amber Moss Rust Denim Plum Charcoal Pearl Olive Copper Sky Berry Mint Walnut Honey
  Graphite Rose Teal Cream`);

/** How a description begins: `S`tyle, `K`ind, `M`aker and `C`olour of the product, `@` a descriptive word. So "house" is in a third of them. */
export const openings: readonly string[] = [
  'The S K by M, in C.',
  'A S K from the house of M, in C.',
  'M made this S K of @: in C, and honestly.',
];

/** What a description may say besides: `@` is a descriptive word, `#` a number. */
export const sentences: readonly string[] = [
  'Made in small batches and checked by hand before it leaves the workshop.',
  'Built for daily use, with spare parts for ten years.',
  'A favourite that we have refined, never replaced.',
  'Comes in a plain recyclable box, ready to give.',
  'Designed to be repaired rather than thrown away.',
  'Light enough to take along, sturdy enough to keep.',
  'The colour is mixed for us, and nobody else has it.',
  'Quietly good, and good for a long time.',
  'Finished in @ and @.',
  'The @ part is @, and lasts.',
  'Measures # by # centimetres.',
  'Weighs # grams with its @ cover.',
  'Part of our @ range.',
  'Goes well with everything @.',
  'With a @ edge and a @ base.',
  'Choose it for its @ look, keep it for the @.',
  'Wipe it clean with a @ cloth.',
  'Two-year warranty; the @ is guaranteed for #.',
  'Inspired by the workshops of @.',
  'Our buyers say: “@, and worth it.”',
  'Fits @ and @ models alike.',
  'Also available with @.',
  'Rated # out of 100 for @.',
  'What is @ stays @.',
];
