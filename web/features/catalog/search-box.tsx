import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { isVisible } from '#platform/text.ts';
import { Icon } from '../../components/icon.tsx';
import { useCombobox } from '../../components/use-combobox.ts';
import { useCurrency } from '../../lib/currency.ts';
import { useSettled } from '../../lib/use-settled.ts';
import { suggestionsQuery } from './queries.ts';
import { SuggestionList } from './suggestion-list.tsx';
import { offersOf, questionOf, type Suggestion, suggestionsOf } from './suggestions.ts';
import { useRecentSearches } from './use-recent-searches.ts';
import './search-box.css';

/** After so long without a key it is worth asking. */
const pauseMs = 150;

/** The header's search: a form, with suggestions below its field while one types. */
export function SearchBox() {
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  const searched = pathname === '/search' ? (new URLSearchParams(search).get('q') ?? '') : '';
  const [text, setText] = useState(searched);
  const [shownFor, setShownFor] = useState(searched);
  if (shownFor !== searched) {
    // Another search is shown, by a link or by "back": the field says which.
    setShownFor(searched);
    setText(searched);
  }
  const input = useRef<HTMLInputElement>(null);
  const { recent, remember, forget } = useRecentSearches();

  const question = isVisible(text) ? questionOf(text) : '';
  // Asked for the very text in the field: answers are kept by their text, so an earlier one is there at once, and none is shown for another text.
  const settled = useSettled(question, pauseMs);
  const { data } = useQuery({ ...suggestionsQuery(question, useCurrency()), enabled: question !== '' && question === settled });
  const suggestions = question === '' ? offersOf(text === '' ? recent : []) : data ? suggestionsOf(data) : [];

  const go = (q: string) => {
    remember(q);
    // A keyboard on the screen would cover what is found.
    if (matchMedia('(pointer: coarse)').matches) input.current?.blur();
    navigate({ pathname: '/search', search: new URLSearchParams({ q }).toString() });
  };
  const choose = (suggestion: Suggestion) => {
    box.close();
    if (suggestion.kind === 'forget') return forget();
    const isSearch = suggestion.kind === 'query' || suggestion.kind === 'recent';
    setText(isSearch ? suggestion.q : '');
    if (isSearch) go(suggestion.q);
    else navigate(suggestion.kind === 'product' ? `/products/${suggestion.product.id}` : `/products?category=${suggestion.slug}`);
  };
  const clear = () => {
    setText('');
    input.current?.focus();
  };
  const box = useCombobox({
    count: suggestions.length,
    choose: (index) => suggestions[index] && choose(suggestions[index]),
    clear,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    box.close();
    const words = text.trim();
    if (words) go(words);
  };

  return (
    <search className="search-box" onBlur={({ currentTarget, relatedTarget }) => currentTarget.contains(relatedTarget) || box.close()}>
      <form action="/search" onSubmit={submit}>
        <input
          {...box.field}
          ref={input}
          type="text"
          name="q"
          inputMode="search"
          enterKeyHint="search"
          aria-label="Search products"
          placeholder="Search products"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            box.show();
          }}
          onClick={box.show}
          maxLength={200}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
        {text !== '' && (
          <button type="button" className="search-clear" aria-label="Clear search" onClick={clear}>
            <Icon name="close" />
          </button>
        )}
        <button type="submit" aria-label="Search">
          <Icon name="search" />
        </button>
      </form>
      {box.open && (
        <SuggestionList
          id={box.listId}
          optionId={box.optionId}
          suggestions={suggestions}
          typed={text}
          active={box.active}
          onChoose={choose}
        />
      )}
      <p className="visually-hidden" role="status">
        {box.open && (suggestions.length === 1 ? '1 suggestion' : `${suggestions.length} suggestions`)}
      </p>
    </search>
  );
}
