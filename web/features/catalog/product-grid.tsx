import type { ReactNode } from 'react';
import { Skeleton } from '../../components/skeleton.tsx';
import './catalog.css';

export const ProductGrid = ({ children }: { children: ReactNode }) => <div className="product-grid">{children}</div>;

/** As large as the cards that come in its place, with names of one line. @param why whether they say why they are here */
export const GridSkeleton = ({ count, why = false }: { count: number; why?: boolean }) => (
  <div className="product-grid" role="status">
    <span className="visually-hidden">Loading products…</span>
    {Array.from({ length: count }, (_, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: place-holders are all the same.
      <div className="card" key={index}>
        <Skeleton shape="picture" />
        <div className="card-text">
          {why && (
            <p className="card-why">
              <Skeleton />
            </p>
          )}
          <p className="card-name">
            <Skeleton />
          </p>
          <p className="card-price">
            <Skeleton />
          </p>
        </div>
      </div>
    ))}
  </div>
);
