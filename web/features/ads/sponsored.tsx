import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { ProductPicture } from '../../components/product-picture.tsx';
import { uuid } from '../../lib/uuid.ts';
import { adQuery } from './queries.ts';
import { useImpression } from './use-impression.ts';
import './sponsored.css';

/**
 * An ad, marked as one. It stands last on its page, so that nothing moves when it comes, or when there is none: an ad that cannot be read is left out
 * without a word. The link is one like any other, by key, in a new tab or copied: the page that it leads to counts the click and goes on.
 * @param category a category's slug, for an ad of that category
 */
export function Sponsored({ category }: { category?: string | undefined }) {
  const { data: ad } = useQuery(adQuery(category));
  const [showingId] = useState(uuid); // of this page view: however often its ad is clicked, it counts once
  const impression = useImpression(ad?.id);
  if (!ad) return null;
  return (
    <aside className="sponsored" aria-label="Sponsored" ref={impression}>
      <ProductPicture src={ad.imageUrl} />
      <div className="sponsored-text">
        <p className="sponsored-mark">Sponsored</p>
        <h2>
          <Link to={`/offers/${ad.id}?showing=${showingId}`} rel="sponsored nofollow">
            {ad.title}
          </Link>
        </h2>
        <p className="soft">{ad.text}</p>
      </div>
    </aside>
  );
}
