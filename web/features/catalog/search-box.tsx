import type { FormEvent } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { Icon } from '../../components/icon.tsx';

export function SearchBox() {
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  const q = pathname === '/search' ? (new URLSearchParams(search).get('q') ?? '') : '';
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const words = String(new FormData(event.currentTarget).get('q') ?? '').trim();
    if (words) navigate({ pathname: '/search', search: new URLSearchParams({ q: words }).toString() });
  };
  return (
    <search className="search-box">
      <form action="/search" onSubmit={submit} key={q}>
        <input
          type="search"
          name="q"
          aria-label="Search products"
          placeholder="Search products"
          defaultValue={q}
          maxLength={200}
          autoComplete="off"
        />
        <button type="submit" aria-label="Search">
          <Icon name="search" />
        </button>
      </form>
    </search>
  );
}
