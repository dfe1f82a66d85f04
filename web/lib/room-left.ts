/** As the last answer of the API said it. */
let room = 1;

/** Notes what an answer says of the rate limit; one from before the API counts says nothing. */
export function noteRoom(headers: Headers): void {
  const [limit, remaining] = ['ratelimit-limit', 'ratelimit-remaining'].map((name) => Number(headers.get(name) ?? Number.NaN));
  if (limit && remaining !== undefined && !Number.isNaN(remaining)) room = remaining / limit;
}

/** What is left of the requests that this address or account may make in a minute: 1 all, 0 none. Others at the same address use it too. */
export const roomLeft = (): number => room;
