// The page of one trace: its waterfall, and its log lines beside it.

import { at, follow, make, time } from '../pages/dom.js';
import { duration, moment, outcome } from './shown.js';

const traceId = /[0-9a-f]{32}/i.exec(location.pathname)?.[0].toLowerCase() ?? '';

/** Ids of spans whose attributes are shown. */
const open = new Set();
let shown = { rows: [], gaps: [], logs: [], summary: null };

const colourOf = (service) => `colour-${[...new Set(shown.rows.map((row) => row.service))].indexOf(service) % 8}`;
const nameOf = (spanId) => shown.rows.find((row) => row.spanId === spanId)?.name;

function draw(trace) {
  shown = trace;
  const { summary } = trace;
  at('name').textContent = summary?.name ?? 'Trace';
  document.title = `${summary?.name ?? traceId} · Trace`;
  at('note').textContent = summary ? '' : 'Its spans have not come yet.';
  const facts = [
    ['Trace id', traceId],
    ...(summary
      ? [
          ['Began', time(summary.startedAt)],
          ['Slowest hop', duration(summary.durationMs)],
          ['From first to last', duration(summary.totalMs)],
          ['Hops', summary.hops],
          ['Spans', summary.spans],
          ...(summary.fault ? [['What failed first', summary.fault]] : []),
        ]
      : []),
  ];
  at('facts').replaceChildren(...facts.map(([term, value]) => make('div', {}, make('dt', { text: term }), make('dd', { text: value }))));
  const services = [...new Set(trace.rows.map(({ service }) => service))];
  at('services').replaceChildren(...services.map((service) => make('li', { className: colourOf(service), text: service })));
  const focused = document.activeElement?.id;
  at('rows').replaceChildren(...trace.rows.map(rowOf));
  at('lines').replaceChildren(...trace.logs.map(lineOf));
  if (trace.logs.length === 0) at('lines').replaceChildren(make('li', { className: 'soft', text: 'No log line names this trace.' }));
  if (focused) at(focused)?.focus();
}

function rowOf(row) {
  const bar = make('span', { className: row.failed ? 'bar failed' : 'bar', 'aria-hidden': 'true' });
  bar.style.setProperty('--left', String(row.left));
  bar.style.setProperty('--right', String(row.right));
  const axis = make('span', { className: 'axis', 'aria-hidden': 'true' }, ...shown.gaps.map(gapOf), bar);
  const button = make(
    'button',
    {
      type: 'button',
      id: `span-${row.spanId}`,
      className: colourOf(row.service),
      'aria-expanded': String(open.has(row.spanId)),
      'aria-controls': `of-${row.spanId}`,
    },
    make(
      'span',
      { className: 'what' },
      make('span', { className: 'unseen', text: `Level ${row.depth + 1}: ` }),
      make('strong', { text: row.name }),
      ' ',
      ...outcome({ status: row.attributes['http.response.status_code'], failed: row.failed }),
      make('span', { className: 'soft', text: ` ${row.service}` }),
    ),
    make('span', { className: 'ms', text: duration(row.durationMs) }),
    make('span', { className: 'unseen', text: `, begins after ${duration(row.startMs)}` }),
    axis,
  );
  button.style.setProperty('--depth', String(Math.min(row.depth, 12)));
  button.addEventListener('click', () => toggle(row));
  const item = make('li', {}, button);
  item.append(detailsOf(row));
  return item;
}

function gapOf({ at: place, ms }) {
  const gap = make('span', { className: 'gap', text: '⋯', title: `${duration(ms)} in which nothing happened` });
  gap.style.setProperty('--left', String(place));
  return gap;
}

function toggle(row) {
  if (!open.delete(row.spanId)) open.add(row.spanId);
  const button = at(`span-${row.spanId}`);
  button.setAttribute('aria-expanded', String(open.has(row.spanId)));
  at(`of-${row.spanId}`).replaceWith(detailsOf(row));
}

/** What a span says of itself. It is made when somebody looks. */
function detailsOf(row) {
  const details = make('div', { id: `of-${row.spanId}`, className: 'details' });
  details.hidden = !open.has(row.spanId);
  if (details.hidden) return details;
  const { 'db.query.text': sql, ...attributes } = row.attributes;
  if (row.message) details.append(make('p', { className: 'fault', text: row.message }));
  if (row.parentElsewhere) details.append(make('p', { className: 'soft', text: `Its caller's span (${row.parentId}) is not here.` }));
  if (sql) details.append(make('h3', { text: 'Statement' }), make('pre', { text: written(sql) }));
  const facts = {
    'span id': row.spanId,
    kind: row.kind,
    'begins after': duration(row.startMs),
    took: duration(row.durationMs),
    ...attributes,
  };
  details.append(make('h3', { text: 'Attributes' }), listOf(facts));
  for (const event of row.events) {
    const { 'exception.stacktrace': stack, ...rest } = event.attributes;
    details.append(make('h3', { text: `${event.name} after ${duration(event.atMs)}` }), listOf(rest));
    if (stack) details.append(make('pre', { text: written(stack) }));
  }
  for (const link of row.links) {
    const other = link.traceId === traceId ? nameOf(link.spanId) : undefined;
    const text = other ?? `Linked trace ${link.traceId}`;
    details.append(
      make('p', {}, make('a', { href: other ? `#span-${link.spanId}` : `/_local/traces/${link.traceId}#span-${link.spanId}`, text })),
    );
  }
  const lines = shown.logs.flatMap((line, i) => (line.spanId === row.spanId ? [[line, i]] : []));
  if (lines.length > 0) details.append(make('h3', { text: 'Log lines' }));
  for (const [line, i] of lines) details.append(make('p', {}, make('a', { href: `#line-${i}`, text: `${line.level}: ${line.message}` })));
  return details;
}

const written = (value) => (typeof value === 'string' ? value : JSON.stringify(value));
const listOf = (facts) =>
  make(
    'dl',
    {},
    ...Object.entries(facts).map(([key, value]) => make('div', {}, make('dt', { text: key }), make('dd', { text: written(value) }))),
  );

function lineOf(line, i) {
  const known = line.spanId && nameOf(line.spanId);
  const { stack, error, ...fields } = line.fields;
  return make(
    'li',
    { id: `line-${i}`, tabindex: '-1', className: line.level },
    make(
      'p',
      {},
      make('time', { datetime: line.at, text: moment(line.at) }),
      ' ',
      make('span', { className: `badge ${line.level}`, text: line.level }),
      ' ',
      make('strong', { text: line.message }),
    ),
    make('p', {
      className: 'fields',
      text: Object.entries(fields)
        .map(([key, value]) => `${key}=${written(value)}`)
        .join('  '),
    }),
    ...(error?.stack || stack ? [make('pre', { text: String(error?.stack ?? stack) })] : []),
    make(
      'p',
      { className: 'soft' },
      `${line.service}`,
      ...(known ? [' · in ', make('a', { href: `#span-${line.spanId}`, text: known })] : []),
    ),
  );
}

/** Goes where the address points to: a span is opened, a line gets the focus. */
function goToHash() {
  const target = location.hash && at(location.hash.slice(1));
  if (!target) return false;
  const row = shown.rows.find(({ spanId }) => target.id === `span-${spanId}`);
  if (row && !open.has(row.spanId)) toggle(row);
  target.focus();
  target.scrollIntoView({ block: 'center' });
  return true;
}
addEventListener('hashchange', goToHash);

at('rows').addEventListener('keydown', (event) => {
  const buttons = [...at('rows').querySelectorAll('button')];
  const here = buttons.indexOf(event.target);
  const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: buttons.length - 1 }[event.key];
  if (here < 0 || to === undefined || !buttons[to]) return;
  event.preventDefault();
  buttons[to].focus();
});

let arrived = false;
follow(
  () => `/_local/traces/${traceId}.json`,
  (trace) => {
    draw(trace);
    if (!arrived) arrived = goToHash();
  },
  (message) => {
    at('note').textContent = message;
  },
);
