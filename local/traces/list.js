// The page of all traces. Its filters are in its address, so that others can link to what they mean.

import { at, follow, make } from '../pages/dom.js';
import { duration, moment, outcome } from './shown.js';

const kinds = [
  ['Newest', ''],
  ['Failed', '?failed=true'],
  ['Slow (500 ms and more)', '?minMs=500&sort=slowest'],
];
at('kinds').replaceChildren(...kinds.map(([text, query]) => make('a', { text, href: `/_local/traces${query}` })));

const form = at('filters');

/** Puts the address's filters into the form. A choice that is not known yet is added. */
function fill() {
  const query = new URLSearchParams(location.search);
  for (const field of form.elements) {
    if (!field.name) continue;
    const value = query.get(field.name) ?? '';
    if (field.type === 'checkbox') field.checked = value === 'true';
    else {
      if (field instanceof HTMLSelectElement) offer(field, [value]);
      field.value = value;
    }
  }
  for (const link of at('kinds').children) {
    const isHere = new URL(link.href).search === location.search;
    if (isHere) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

function offer(select, values) {
  const known = new Set([...select.options].map(({ value }) => value));
  for (const value of values) if (value !== '' && !known.has(value)) select.append(new Option(value, value));
}

function readForm() {
  const given = [...new FormData(form)].filter(([, value]) => value.trim() !== '');
  const query = new URLSearchParams(given).toString();
  history.replaceState(null, '', `/_local/traces${query && `?${query}`}`);
  fill();
  list.now();
}
form.addEventListener('change', readForm);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  readForm();
});

function draw({ items, matched, kept, choices }) {
  offer(form.elements.route, choices.routes);
  offer(form.elements.service, choices.services);
  const shown = items.length < matched ? `The first ${items.length} of ${matched}` : matched;
  at('note').textContent =
    kept.traces === 0 ? 'There is no trace yet. Open the shop.' : `${shown} of ${kept.traces} traces that are kept (1,000 at most).`;
  const focused = document.activeElement?.getAttribute('href');
  const slowest = Math.max(...items.map(({ durationMs }) => durationMs), 1);
  at('list').replaceChildren(...items.map((item) => entryOf(item, slowest)));
  if (focused) at('list').querySelector(`[href="${focused}"]`)?.focus();
}

function entryOf(item, slowest) {
  const bar = make('span', { className: item.failed ? 'took failed' : 'took', 'aria-hidden': 'true' });
  bar.style.setProperty('--share', String(item.durationMs / slowest));
  const async = item.hops > 1 ? `, ${item.hops} hops in ${duration(item.totalMs)}` : '';
  return make(
    'li',
    {},
    make(
      'a',
      { href: `/_local/traces/${item.traceId}` },
      make('strong', { text: item.name }),
      make('span', { className: 'outcome' }, ...outcome(item)),
      make('span', { className: 'ms', text: duration(item.durationMs) }),
      make('span', { className: 'soft', text: `${moment(item.startedAt)} · ${item.spans} spans${async} · ${item.services.join(', ')}` }),
      ...(item.fault ? [make('span', { className: 'fault', text: item.fault })] : []),
      bar,
    ),
  );
}

const list = follow(
  () => `/_local/traces.json${location.search}`,
  draw,
  (message) => {
    at('note').textContent = message;
    at('list').replaceChildren();
  },
);
at('pause').addEventListener('click', () => {
  const paused = at('pause').getAttribute('aria-pressed') !== 'true';
  at('pause').setAttribute('aria-pressed', String(paused));
  list.pause(paused);
});
addEventListener('popstate', () => {
  fill();
  list.now();
});
fill();
