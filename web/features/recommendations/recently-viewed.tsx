import { useQueries } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Button } from '../../components/button.tsx';
import { useCurrency } from '../../lib/currency.ts';
import { isProblem } from '../../lib/problem.ts';
import { useSeen } from '../../lib/use-seen.ts';
import { ProductShelf } from '../catalog/product-shelf.tsx';
import { productQuery } from '../catalog/queries.ts';
import { shelfSize } from './queries.ts';
import { forgetAllViewed, forgetViewed, useViewed } from './viewed.ts';

/**
 * The products looked at last on this device, as they are now. One that is off the shelf is forgotten, one that cannot be read is left out.
 * @param without the product whose page this is
 */
export function RecentlyViewed({ without }: { without?: string }) {
  const [ref, seen] = useSeen();
  const { ids, known } = useViewed();
  const currency = useCurrency();
  const shown = ids.filter((id) => id !== without).slice(0, shelfSize);
  const reads = useQueries({ queries: shown.map((id) => ({ ...productQuery(id, currency), enabled: seen && known })) });
  const gone = shown.find((_, place) => isProblem(reads[place]?.error, 'product-not-found'));
  useEffect(() => {
    if (gone !== undefined) forgetViewed(gone);
  }, [gone]);

  const loading = reads.some(({ isPending }) => isPending);
  const products = reads.flatMap(({ data }) => data ?? []);
  if (shown.length === 0 || (!loading && products.length === 0)) return null;
  return (
    <ProductShelf
      ref={ref}
      title="Recently viewed"
      products={loading ? undefined : products}
      count={shown.length}
      aside={
        <Button look="quiet" onClick={forgetAllViewed}>
          Forget these
        </Button>
      }
    />
  );
}
