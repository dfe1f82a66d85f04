import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { NotFoundPage } from '../../app/not-found-page.tsx';
import { usePageTitle } from '../../app/use-page-title.ts';
import { Money } from '../../components/money.tsx';
import { ProblemNote } from '../../components/problem-note.tsx';
import { ProductPicture } from '../../components/product-picture.tsx';
import { Loading } from '../../components/skeleton.tsx';
import { useCurrency } from '../../lib/currency.ts';
import { isProblem } from '../../lib/problem.ts';
import { recommendedForQuery } from '../recommendations/queries.ts';
import { RecentlyViewed } from '../recommendations/recently-viewed.tsx';
import { RecommendedShelf } from '../recommendations/recommended-shelf.tsx';
import { useRememberViewed } from '../recommendations/viewed.ts';
import { BuyBox } from './buy-box.tsx';
import { productQuery } from './queries.ts';
import { useView } from './use-view.ts';
import './product-page.css';

/** /products/:id */
export function ProductPage() {
  const { id = '' } = useParams();
  const currency = useCurrency();
  const query = useQuery(productQuery(id, currency));
  const product = query.data;
  usePageTitle(product?.name);
  useView(product?.id);
  useRememberViewed(product?.id);
  if (!product) {
    if (isProblem(query.error) && !query.error.passing) return <NotFoundPage />;
    return query.isError ? (
      <ProblemNote error={query.error} onRetry={() => query.refetch()} pending={query.isFetching} />
    ) : (
      <Loading label="Loading the product" />
    );
  }
  const { category } = product;
  return (
    <div className="stack-loose">
      <article className="product">
        <ProductPicture src={product.imageUrl} alt={product.name} eager />
        <div className="stack">
          {category && (
            <nav aria-label="Breadcrumb" className="small">
              <Link to="/products">Shop</Link> <span aria-hidden="true">/</span>{' '}
              <Link to={`/products?category=${category.slug}`}>{category.name}</Link>
            </nav>
          )}
          <h1>{product.name}</h1>
          <p className="product-price">
            <Money value={product.price} /> <span className="soft small">tax included</span>
          </p>
          <p className="product-description">{product.description}</p>
          <BuyBox key={product.id} product={product} />
          {product.tags.length > 0 && (
            <ul className="chips" aria-label="Tags">
              {product.tags.map((tag) => (
                <li key={tag}>
                  <Link className="chip" to={`/search?q=${encodeURIComponent(tag.replaceAll('-', ' '))}`}>
                    {tag.replaceAll('-', ' ')}
                  </Link>
                </li>
              ))}
            </ul>
          )}
        </div>
      </article>
      <RecommendedShelf
        key={product.id}
        title="You might also like"
        query={recommendedForQuery([product.id], currency)}
        aside={category && <Link to={`/products?category=${category.slug}`}>More in {category.name}</Link>}
      />
      <RecentlyViewed without={product.id} />
    </div>
  );
}
