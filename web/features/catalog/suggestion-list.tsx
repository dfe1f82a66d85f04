import { useEffect, useRef } from 'react';
import { Icon } from '../../components/icon.tsx';
import { Money } from '../../components/money.tsx';
import { ProductPicture } from '../../components/product-picture.tsx';
import { groupsOf, questionOf, type Suggestion } from './suggestions.ts';

interface ListProps {
  id: string;
  optionId: (index: number) => string;
  suggestions: readonly Suggestion[];
  /** What is typed: what is offered beyond it stands out. */
  typed: string;
  /** The active option's index; -1 for none. */
  active: number;
  onChoose: (suggestion: Suggestion) => void;
}

/** The options below the search box, in groups. The focus stays in the field. */
export function SuggestionList({ id, optionId, suggestions, typed, active, onChoose }: ListProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active >= 0) list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <div ref={list} id={id} role="listbox" aria-label="Suggestions" className="suggestions" tabIndex={-1}>
      {groupsOf(suggestions).map(({ label, options }) => (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset in a listbox is no group of options.
        <div key={label} role="group" aria-label={label} className="suggestion-group">
          <p className="suggestion-head" aria-hidden="true">
            {label}
          </p>
          {options.map(({ suggestion, index }) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the field has the focus, and names the active option.
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field takes the keys.
            <div
              key={index}
              id={optionId(index)}
              role="option"
              aria-selected={index === active}
              className={`suggestion suggestion-${suggestion.kind}`}
              // Pressing an option must not take the focus from the field: the list would close before it is chosen.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => onChoose(suggestion)}
            >
              <Face suggestion={suggestion} typed={typed} />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

function Face({ suggestion, typed }: { suggestion: Suggestion; typed: string }) {
  switch (suggestion.kind) {
    case 'product':
      return (
        <>
          <ProductPicture src={suggestion.product.imageUrl} />
          <span className="suggestion-text">{suggestion.product.name}</span>
          <Money value={suggestion.product.price} />
        </>
      );
    case 'category':
      return (
        <>
          <Icon name="arrow" />
          <span className="suggestion-text">{suggestion.name}</span>
        </>
      );
    case 'forget':
      return (
        <>
          <Icon name="trash" />
          <span className="suggestion-text">Forget recent searches</span>
        </>
      );
    default:
      return (
        <>
          <Icon name={suggestion.kind === 'recent' ? 'clock' : 'search'} />
          <span className="suggestion-text">
            <Completed text={suggestion.q} typed={questionOf(typed)} />
          </span>
        </>
      );
  }
}

/** A search with what was not typed yet in bold. */
function Completed({ text, typed }: { text: string; typed: string }) {
  const begun = typed !== '' && text.toLowerCase().startsWith(typed) ? typed.length : 0;
  return (
    <>
      {text.slice(0, begun)}
      {typed === '' ? text : <strong>{text.slice(begun)}</strong>}
    </>
  );
}
