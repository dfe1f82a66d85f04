import { startTransition, useOptimistic } from 'react';
import { Link, useLocation, useSearchParams } from 'react-router';
import { Button } from '../../components/button.tsx';
import { SelectField, TextField } from '../../components/field.tsx';
import { currencySign } from '../../lib/money.ts';
import { useFields } from '../../lib/use-fields.ts';
import { ActiveFilters } from './active-filters.tsx';
import { type Filters, priceFault, priceFilters, type Sort, sortNames, tagName, withFilters } from './filters.ts';

interface FilterBarProps {
  filters: Filters;
  categories: readonly { slug: string; name: string; count?: number }[];
  sorts: readonly Sort[];
  /** A search's tags, the most frequent first; where a list cannot be narrowed by tags, none. */
  tags?: readonly { tag: string; count: number }[];
  /** How many products of a search are in stock: null while that is not known, undefined where a list cannot be narrowed by it. */
  inStock?: number | null;
  /** The span of prices there are, for the fields' place-holders. */
  prices?: { min: string; max: string } | undefined;
}

/** More would be a page of their own. */
const mostTags = 10;

/** Category, price and order of a list. Each choice is a new address. */
export function FilterBar({ filters, categories, sorts, tags = [], inStock, prices }: FilterBarProps) {
  const [params, setParams] = useSearchParams();
  return (
    <div className="filter-bar">
      <nav className="chips" aria-label="Categories">
        <Chip name="All" set={filters.category === ''} changes={{ category: '' }} />
        {categories.map(({ slug, name, count }) => (
          <Chip key={slug} name={name} count={count} set={filters.category === slug} changes={{ category: slug }} />
        ))}
      </nav>
      {tags.length > 0 && (
        <nav className="chips chips-small" aria-label="Tags">
          {tags.slice(0, mostTags).map(({ tag, count }) => (
            <Chip key={tag} name={tagName(tag)} count={count} set={filters.tag === tag} changes={{ tag: filters.tag === tag ? '' : tag }} />
          ))}
        </nav>
      )}
      <div className="filter-row">
        <PriceForm key={`${filters.currency}-${filters.min}-${filters.max}`} filters={filters} prices={prices} />
        {inStock !== undefined && <StockFilter set={filters.inStock} count={inStock} />}
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
      <ActiveFilters filters={filters} category={categories.find(({ slug }) => slug === filters.category)?.name} />
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

/** Ticked at once: the address, which says whether it is, follows in a transition. */
function StockFilter({ set, count }: { set: boolean; count: number | null }) {
  const [params, setParams] = useSearchParams();
  const [checked, setChecked] = useOptimistic(set);
  const change = (wanted: boolean) =>
    startTransition(() => {
      setChecked(wanted);
      setParams(withFilters(params, { inStock: wanted ? 'true' : '' }));
    });
  return (
    <label className="stock-filter">
      <input type="checkbox" checked={checked} onChange={(event) => change(event.target.checked)} />
      In stock only
      {count !== null && <Count of={count} />}
    </label>
  );
}

interface ChipProps {
  name: string;
  count?: number | undefined;
  set: boolean;
  changes: Parameters<typeof withFilters>[1];
}

function Chip({ name, count, set, changes }: ChipProps) {
  const [params] = useSearchParams();
  const { pathname } = useLocation();
  return (
    <Link className="chip" to={{ pathname, search: withFilters(params, changes).toString() }} aria-current={set ? 'true' : undefined}>
      {name}
      {count !== undefined && <Count of={count} />}
    </Link>
  );
}

const Count = ({ of }: { of: number }) => <span className="chip-count numbers"> {of.toLocaleString('en-US')}</span>;
