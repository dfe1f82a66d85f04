import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { categoriesQuery } from './queries.ts';
import { Shelf } from './shelf.tsx';

/** Ways on for who has found nothing: the categories, and what others buy. */
export function BrowseInstead() {
  const categories = useQuery(categoriesQuery);
  return (
    <>
      {categories.data && categories.data.length > 0 && (
        <nav className="stack" aria-label="All categories">
          <h2>Browse by category</h2>
          <div className="chips">
            {categories.data.map(({ slug, name }) => (
              <Link key={slug} className="chip" to={`/products?category=${slug}`}>
                {name}
              </Link>
            ))}
          </div>
        </nav>
      )}
      <Shelf title="Popular right now" sort="popularity" all="/products?sort=popularity" />
    </>
  );
}
