import { useEffect, useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { usePageTitle } from '../../app/use-page-title.ts';
import { send } from '../../lib/request.ts';
import { clickAd } from '../../lib/routes.ts';
import { isUuid, uuid } from '../../lib/uuid.ts';

/** Nobody is kept from the shop for longer than this because a click cannot be counted. */
const patienceMs = 3_000;
const instead = '/products';

/**
 * /offers/:id: where an ad's link leads. Counts the click, without saying whose, and goes on to what the shop says that the ad is for, or to all products where it says
 * nothing in time; it takes its own place in the history, so that "back" is the page with the ad.
 */
export function OfferPage() {
  usePageTitle('Opening the offer');
  const { id = '' } = useParams();
  const showing = useSearchParams()[0].get('showing');
  const [showingId] = useState(() => (isUuid(showing) ? showing : uuid()));
  const navigate = useNavigate();
  useEffect(() => {
    const left = new AbortController();
    const signal = AbortSignal.any([left.signal, AbortSignal.timeout(patienceMs)]);
    void send(clickAd, { params: { id }, body: { showingId }, signal })
      .then(
        ({ target }) => target,
        () => instead,
      )
      .then((to) => left.signal.aborted || navigate(to, { replace: true }));
    return () => left.abort();
  }, [id, showingId, navigate]);
  return (
    <p className="soft" role="status">
      Opening the offer…
    </p>
  );
}
