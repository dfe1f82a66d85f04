import { Link, useLocation, useSearchParams } from 'react-router';
import { Button } from '../../components/button.tsx';
import { SelectField, TextField } from '../../components/field.tsx';
import { currencySign } from '../../lib/money.ts';
import { useFields } from '../../lib/use-fields.ts';
import { type Filters, priceFault, priceFilters, type Sort, sortNames, withFilters } from './filters.ts';

interface FilterBarProps {
  filters: Filters;
  categories: readonly { slug: string; name: string; count?: number }[];
  sorts: readonly Sort[];
  /** The span of prices there are, for the fields' place-holders. */
  prices?: { min: string; max: string } | undefined;
}

/** Category, price and order of a list. Each choice is a new address. */
export function FilterBar({ filters, categories, sorts, prices }: FilterBarProps) {
  const [params, setParams] = useSearchParams();
  return (
    <div className="filter-bar">
      <nav className="chips" aria-label="Categories">
        <Chip slug="" name="All" filters={filters} />
        {categories.map((category) => (
          <Chip key={category.slug} {...category} filters={filters} />
        ))}
      </nav>
      <div className="filter-row">
        <PriceForm key={`${filters.currency}-${filters.min}-${filters.max}`} filters={filters} prices={prices} />
        <SelectField
          label="Sort by"
          value={filters.sort ?? sorts[0]}
          onChange={(event) => setParams(withFilters(params, { sort: event.target.value === sorts[0] ? '' : event.target.value }))}
        >
          {sorts.map((sort) => (
            <option key={sort} value={sort}>
              {sortNames[sort]}
            </option>
          ))}
        </SelectField>
      </div>
    </div>
  );
}

/** The least and the highest price. What is not understood is marked, whether it was typed here or came with the address. */
function PriceForm({ filters, prices }: Pick<FilterBarProps, 'filters' | 'prices'>) {
  const [params, setParams] = useSearchParams();
  const { currency } = filters;
  const sign = currencySign(currency);
  const { form, bind, onSubmit } = useFields({ min: filters.min, max: filters.max });
  const faultsOf = ({ min, max }: { min: string; max: string }) => {
    const [low, high] = [priceFault(min, currency), priceFault(max, currency)];
    return { ...(low && { min: low }), ...(high && { max: high }) };
  };
  const came = faultsOf(filters);
  const field = (name: 'min' | 'max') => {
    const bound = bind(name);
    return { ...bound, error: bound.error ?? (bound.value === filters[name] ? came[name] : undefined) };
  };
  const apply = onSubmit(faultsOf, ({ min, max }) => setParams(withFilters(params, priceFilters({ min, max }, currency))));
  return (
    <form ref={form} className="price-form" aria-label="Price range" onSubmit={apply} noValidate>
      <TextField {...field('min')} label={`Min price (${sign})`} inputMode="decimal" placeholder={prices?.min ?? '0'} />
      <TextField {...field('max')} label={`Max price (${sign})`} inputMode="decimal" placeholder={prices?.max ?? 'any'} />
      <Button type="submit" look="secondary">
        Apply
      </Button>
    </form>
  );
}

function Chip({ slug, name, count, filters }: { slug: string; name: string; count?: number; filters: Filters }) {
  const [params] = useSearchParams();
  const { pathname } = useLocation();
  return (
    <Link
      className="chip"
      to={{ pathname, search: withFilters(params, { category: slug }).toString() }}
      aria-current={filters.category === slug ? 'true' : undefined}
    >
      {name}
      {count !== undefined && <span className="chip-count numbers"> {count}</span>}
    </Link>
  );
}
