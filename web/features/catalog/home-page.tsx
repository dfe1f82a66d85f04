import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { usePageTitle } from '../../app/use-page-title.ts';
import { ButtonLink } from '../../components/button.tsx';
import { Money } from '../../components/money.tsx';
import { ProductPicture } from '../../components/product-picture.tsx';
import { useCurrency } from '../../lib/currency.ts';
import { Sponsored } from '../ads/sponsored.tsx';
import { RecentlyViewed } from '../recommendations/recently-viewed.tsx';
import { categoriesQuery, shelfQuery } from './queries.ts';
import { Shelf } from './shelf.tsx';
import './home-page.css';

/** / */
export function HomePage() {
  usePageTitle('');
  const categories = useQuery(categoriesQuery);
  const favourites = useQuery(shelfQuery('popularity', 5, useCurrency())).data?.slice(0, 3) ?? [];
  return (
    <div className="stack-loose home">
      <section className="hero">
        <div className="stack">
          <h1>Good things, built to last.</h1>
          <p className="hero-text soft">
            Honest goods for home, work and the outdoors: chosen with care, priced with tax included, at your door in days.
          </p>
          <div className="row">
            <ButtonLink to="/products">Shop all products</ButtonLink>
            <ButtonLink to="/products?sort=popularity" look="secondary">
              What others love
            </ButtonLink>
          </div>
        </div>
        <ul className="hero-picks" aria-label="Favourites">
          {favourites.map((product) => (
            <li key={product.id}>
              <Link to={`/products/${product.id}`}>
                <ProductPicture src={product.imageUrl} eager />
                <span className="hero-pick-name">{product.name}</span>
                <Money value={product.price} />
              </Link>
            </li>
          ))}
        </ul>
      </section>
      {categories.data && categories.data.length > 0 && (
        <section className="stack" aria-label="Categories">
          <h2>Shop by category</h2>
          <ul className="category-grid">
            {categories.data.map(({ slug, name, description }) => (
              <li key={slug}>
                <Link to={`/products?category=${slug}`}>
                  <strong>{name}</strong>
                  <span className="soft small">{description}</span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Shelf title="New in the shop" sort="newest" all="/products" />
      <Shelf title="Popular right now" sort="popularity" all="/products?sort=popularity" />
      <RecentlyViewed />
      <Sponsored />
    </div>
  );
}
