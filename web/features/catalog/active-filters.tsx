import { Link, useLocation, useSearchParams } from 'react-router';
import { Icon } from '../../components/icon.tsx';
import { type Filters, priceRange, tagName, withFilters } from './filters.ts';

type Changes = Parameters<typeof withFilters>[1];

interface ActiveFiltersProps {
  filters: Filters;
  /** The chosen category's name. */
  category: string | undefined;
}

/** What a list is narrowed by, each as a link that takes it away. */
export function ActiveFilters({ filters, category }: ActiveFiltersProps) {
  const [params] = useSearchParams();
  const { pathname } = useLocation();
  const set: { label: string; changes: Changes }[] = [];
  if (filters.category) set.push({ label: category ?? filters.category, changes: { category: '' } });
  if (filters.tag) set.push({ label: tagName(filters.tag), changes: { tag: '' } });
  if (filters.inStock) set.push({ label: 'In stock', changes: { inStock: '' } });
  const prices = priceRange(filters);
  if (prices) set.push({ label: prices, changes: { min: '', max: '', currency: '' } });
  if (filters.exact) set.push({ label: 'Exactly these words', changes: { exact: '' } });
  if (set.length === 0) return null;
  const without = (changes: Changes) => ({ pathname, search: withFilters(params, changes).toString() });
  return (
    <ul className="chips chips-set" aria-label="Filters in use">
      {set.map(({ label, changes }) => (
        <li key={label}>
          <Link className="chip chip-set" to={without(changes)} aria-label={`Remove filter: ${label}`}>
            {label}
            <Icon name="close" />
          </Link>
        </li>
      ))}
      {set.length > 1 && (
        <li>
          <Link className="chip chip-plain" to={without(Object.assign({}, ...set.map(({ changes }) => changes)))}>
            Clear all
          </Link>
        </li>
      )}
    </ul>
  );
}
