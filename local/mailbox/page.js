// The page of the local mailbox: a list that follows what is written, and one mail or text message of it.

import { at, make, time } from '../pages/dom.js';

const refreshMs = 1_500;

const state = {
  /** Newest first. */
  items: [],
  nextCursor: null,
  /** Id of what is read; in the address after #, so that it can be linked to. */
  selected: location.hash.slice(1),
  part: 'html',
};

const to = at('to');
to.value = new URLSearchParams(location.search).get('to') ?? '';

/** @returns the answer, or undefined where there is none */
async function ask(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(response.status === 404 ? 'It is not there any more.' : `The shop answered ${response.status}.`);
  return response.json();
}

const listPath = (cursor) => `/mailbox/mails?${new URLSearchParams({ to: to.value.trim(), limit: '50', ...(cursor && { cursor }) })}`;

/** Reads the newest again, and keeps older ones that were asked for. */
async function refresh() {
  const asked = to.value;
  try {
    const page = await ask(listPath());
    if (asked !== to.value) return; // another recipient was typed meanwhile
    const oldest = page.items.at(-1);
    const known = state.items.findIndex(({ id }) => id === oldest?.id);
    const older = known < 0 ? [] : state.items.slice(known + 1);
    const items = [...page.items, ...older];
    if (older.length === 0) state.nextCursor = page.nextCursor;
    at('note').textContent =
      items.length > 0 ? '' : asked ? 'Nothing was written to this address.' : 'Nothing was written yet. Place an order.';
    if (JSON.stringify(items) === JSON.stringify(state.items)) return;
    state.items = items;
    drawList();
    const read = items.find(({ id }) => id === state.selected);
    if (read) drawFacts(read);
  } catch (error) {
    at('note').textContent = `The shop does not answer: ${error.message}`;
  }
}

async function readOlder() {
  const page = await ask(listPath(state.nextCursor));
  state.items.push(...page.items);
  state.nextCursor = page.nextCursor;
  drawList();
}

const nameOf = ({ subject, kind, channel }) => subject ?? (channel === 'sms' ? `Text message: ${kind}` : kind);
const badge = ({ status }) => make('span', { text: status, className: `badge ${status}` });

function drawList() {
  const focused = document.activeElement?.dataset.id;
  at('list').replaceChildren(
    ...state.items.map((item) => {
      const button = make(
        'button',
        { type: 'button', 'data-id': item.id, 'aria-current': String(item.id === state.selected) },
        make('strong', { text: nameOf(item) }),
        make('span', { text: item.to }),
        make('span', {}, badge(item), ` ${item.channel === 'sms' ? 'SMS' : 'mail'} · ${time(item.createdAt)}`),
      );
      button.addEventListener('click', () => open(item.id, true));
      return make('li', {}, button);
    }),
  );
  at('more').hidden = state.nextCursor === null;
  if (focused) document.querySelector(`[data-id="${focused}"]`)?.focus();
}

function drawFacts(item) {
  const rows = [
    ['To', item.to],
    ['About', item.kind],
    ['Written', time(item.createdAt)],
    ['Sent', item.sentAt ? time(item.sentAt) : '–'],
    ...(item.reason ? [['Why', item.reason]] : []),
  ];
  at('facts').replaceChildren(
    make('div', {}, make('dt', { text: 'Status' }), make('dd', {}, badge(item))),
    ...rows.map(([term, value]) => make('div', {}, make('dt', { text: term }), make('dd', { text: value }))),
  );
  at('reports').hidden = item.channel !== 'mail' || item.status !== 'sent';
}

let shown;

async function open(id, byHand) {
  state.selected = id;
  history.replaceState(null, '', `${location.pathname}${location.search}#${id}`);
  drawList();
  try {
    const mail = await ask(`/mailbox/mails/${id}`);
    if (state.selected !== id) return;
    shown = mail;
  } catch (error) {
    at('note').textContent = error.message;
    return;
  }
  at('reader').hidden = false;
  at('subject').textContent = nameOf(shown);
  drawFacts(shown);
  at('html').src = shown.html === null ? 'about:blank' : `/mailbox/mails/${id}/html`;
  showPart(shown.html === null ? 'text' : state.part);
  if (byHand) at('subject').focus();
}

function showPart(part) {
  if (shown.html !== null) state.part = part;
  at('parts').hidden = shown.html === null;
  for (const button of at('parts').querySelectorAll('button')) button.setAttribute('aria-pressed', String(button.dataset.part === part));
  at('html').hidden = part !== 'html';
  at('text').hidden = part === 'html';
  at('text').className = shown.channel;
  const headers = { To: shown.to, ...(shown.subject && { Subject: shown.subject }), ...shown.headers };
  at('text').textContent =
    part === 'headers'
      ? Object.entries(headers)
          .map(([name, value]) => `${name}: ${value}`)
          .join('\n')
      : shown.text;
}

const recipient = (emailAddress, diagnosticCode) => [{ emailAddress, diagnosticCode }];
const reports = {
  gone: (address) => [
    'Email Bounced',
    {
      bounce: { bounceType: 'Permanent', bounceSubType: 'NoEmail', bouncedRecipients: recipient(address, 'smtp; 550 5.1.1 No such user') },
    },
  ],
  full: (address) => [
    'Email Bounced',
    {
      bounce: {
        bounceType: 'Transient',
        bounceSubType: 'MailboxFull',
        bouncedRecipients: recipient(address, 'smtp; 552 5.2.2 Mailbox full'),
      },
    },
  ],
  spam: (address) => [
    'Email Complaint Received',
    { complaint: { complainedRecipients: recipient(address), complaintFeedbackType: 'abuse' } },
  ],
};

/** Puts on the default bus what SES would put there. */
async function report(kind) {
  const [type, what] = reports[kind](shown.to);
  const tags = { 'ses:configuration-set': ['kelvo-local'], notification: [shown.id] };
  const response = await fetch('/_local/aws-events', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ source: 'aws.ses', 'detail-type': type, detail: { ...what, mail: { messageId: shown.id, tags } } }),
  });
  at('note').textContent = response.ok ? 'Reported: the mail shows it in a moment.' : `The shop answered ${response.status}.`;
}

for (const button of at('parts').querySelectorAll('button')) button.addEventListener('click', () => showPart(button.dataset.part));
for (const button of at('reports').querySelectorAll('button')) button.addEventListener('click', () => report(button.dataset.report));
at('more').addEventListener('click', readOlder);
to.addEventListener('input', () => {
  state.items = [];
  history.replaceState(null, '', `${location.pathname}${to.value ? `?${new URLSearchParams({ to: to.value })}` : ''}${location.hash}`);
  void refresh();
});
addEventListener('hashchange', () => open(location.hash.slice(1), true));
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && refresh());
setInterval(() => document.visibilityState === 'visible' && refresh(), refreshMs);

await refresh();
if (state.selected) await open(state.selected, false);
