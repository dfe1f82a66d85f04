/**
 * A number from 0 up to 1 that looks random and is always the same for the same seed, name and position: FNV-1a over the text, then the last steps of
 * MurmurHash3, without which texts that differ in their last character alone would give numbers that are close together.
 */
export function drawOf(seed: number, name: string, position: number): number {
  let hash = 0x811c9dc5;
  for (const character of `${seed}:${name}:${position}`) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
