import { describe, expect, it } from 'vitest';
import type { SessionState, User } from '../../lib/session.ts';
import { type Viewed, viewedFor, withViewed } from './viewed.ts';

const guest: SessionState = { status: 'guest', ended: false };
const restoring: SessionState = { status: 'restoring' };
const signedIn = (id: string): SessionState => ({ status: 'signed-in', user: { id } as User });

describe('what somebody looked at', () => {
  it('is kept with the last one first, each once, and twelve at most', () => {
    const looks = [...'abcdefghijklmnb'];
    expect(looks.reduce<Viewed | undefined>((known, id) => withViewed(known, id, undefined), undefined)).toEqual({
      ids: ['b', 'n', 'm', 'l', 'k', 'j', 'i', 'h', 'g', 'f', 'e', 'd'],
    });
  });

  it('ends where somebody else begins theirs', () => {
    const ofGuest: Viewed = { ids: ['a'] };
    const ofAda = withViewed(ofGuest, 'b', 'ada');
    expect(ofAda).toEqual({ owner: 'ada', ids: ['b'] });
    expect(withViewed(ofAda, 'c', 'ada')).toEqual({ owner: 'ada', ids: ['c', 'b'] });
    expect(withViewed(ofAda, 'c', 'bob')).toEqual({ owner: 'bob', ids: ['c'] });
    expect(withViewed(ofAda, 'c', undefined)).toEqual({ ids: ['c'] });
  });

  it('is shown to nobody else', () => {
    const ofGuest: Viewed = { ids: ['a'] };
    const ofAda: Viewed = { owner: 'ada', ids: ['b'] };
    expect(viewedFor(ofGuest, guest)).toEqual({ ids: ['a'], known: true });
    expect(viewedFor(ofGuest, signedIn('ada')).ids).toEqual([]);
    expect(viewedFor(ofAda, signedIn('ada')).ids).toEqual(['b']);
    expect(viewedFor(ofAda, signedIn('bob')).ids).toEqual([]);
    expect(viewedFor(ofAda, guest).ids).toEqual([]);
  });

  it('keeps its room, and no more, while it is not known whose page this is', () => {
    expect(viewedFor({ owner: 'ada', ids: ['b'] }, restoring)).toEqual({ ids: ['b'], known: false });
    expect(viewedFor({ ids: ['a'] }, restoring)).toEqual({ ids: [], known: false });
    expect(viewedFor(undefined, restoring).ids).toEqual([]);
  });

  it('is nothing where something else was stored', () => {
    for (const ids of [undefined, null, 'abc', 5, {}]) expect(viewedFor({ ids: ids as never }, guest).ids).toEqual([]);
    expect(viewedFor({ ids: ['a', 5, null] as string[] }, guest).ids).toEqual(['a']);
  });
});
