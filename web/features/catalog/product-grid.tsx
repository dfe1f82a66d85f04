import type { ReactNode } from 'react';
import { Skeleton } from '../../components/skeleton.tsx';
import './catalog.css';

export const ProductGrid = ({ children }: { children: ReactNode }) => <div className="product-grid">{children}</div>;

export const GridSkeleton = ({ count }: { count: number }) => (
  <div className="product-grid" role="status">
    <span className="visually-hidden">Loading products…</span>
    {Array.from({ length: count }, (_, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: place-holders are all the same.
      <div className="stack" key={index}>
        <Skeleton shape="picture" />
        <Skeleton />
      </div>
    ))}
  </div>
);
