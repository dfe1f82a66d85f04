import type { FormEvent } from 'react';
import { Link, useLocation, useSearchParams } from 'react-router';
import { Button } from '../../components/button.tsx';
import { SelectField, TextField } from '../../components/field.tsx';
import { type Filters, type Sort, sortNames, withFilters } from './filters.ts';

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
  const apply = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setParams(withFilters(params, { min: String(form.get('min') ?? ''), max: String(form.get('max') ?? '') }));
  };
  return (
    <div className="filter-bar">
      <nav className="chips" aria-label="Categories">
        <Chip slug="" name="All" filters={filters} />
        {categories.map((category) => (
          <Chip key={category.slug} {...category} filters={filters} />
        ))}
      </nav>
      <div className="filter-row">
        <form className="price-form" aria-label="Price range" key={`${filters.min}-${filters.max}`} onSubmit={apply}>
          <TextField label="Min price ($)" name="min" inputMode="decimal" defaultValue={filters.min} placeholder={prices?.min ?? '0'} />
          <TextField label="Max price ($)" name="max" inputMode="decimal" defaultValue={filters.max} placeholder={prices?.max ?? 'any'} />
          <Button type="submit" look="secondary">
            Apply
          </Button>
        </form>
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
