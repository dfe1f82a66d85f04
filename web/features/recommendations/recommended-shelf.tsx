import { type QueryKey, type UseQueryOptions, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Recommendation } from '#functions/recommendations/lib/contract.ts';
import { useSeen } from '../../lib/use-seen.ts';
import { ProductShelf } from '../catalog/product-shelf.tsx';
import { shelfSize } from './queries.ts';
import { reasonWords } from './reason-words.ts';

interface RecommendedProps<Key extends QueryKey> {
  title: string;
  query: UseQueryOptions<Recommendation[], Error, Recommendation[], Key>;
  /** How many of them are shown. */
  count?: number;
  /** Ids of products that have no place here. */
  without?: readonly string[];
  aside?: ReactNode;
}

/** Products that are recommended, each with the reason. Asked for once the shelf is nearly on the screen; one that cannot be read is left out. */
export function RecommendedShelf<Key extends QueryKey>({ title, query, count = shelfSize, without = [], aside }: RecommendedProps<Key>) {
  const [ref, seen] = useSeen();
  const { data, isError } = useQuery({ ...query, enabled: seen });
  const items = data?.filter(({ product }) => !without.includes(product.id)).slice(0, count);
  if (items?.length === 0 || (!items && isError)) return null;
  const words = new Map(items?.map((item) => [item.product.id, reasonWords(item)]));
  return (
    <ProductShelf
      ref={ref}
      title={title}
      products={items?.map(({ product }) => product)}
      count={count}
      aside={aside}
      why={({ id }) => words.get(id)}
    />
  );
}
