import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { forgetPerson } from '../features/account/forget-person.ts';
import { takeOrderToken } from '../features/orders/my-orders.ts';
import { startRum } from '../lib/rum.ts';
import { startSession } from '../lib/session.ts';
import { App } from './app.tsx';
import './tokens.css';
import './base.css';

takeOrderToken(); // first, before anything can send the URL with the token somewhere
startSession(forgetPerson); // starts the request while the page is still loading
startRum();

// A page loaded before a release asks for files that no longer exist: reload to get the new ones. Once a minute at most, to avoid a loop.
window.addEventListener('vite:preloadError', (event) => {
  const last = Number(sessionStorage.getItem('kelvo.reloaded') ?? 0);
  if (Date.now() - last < 60_000) return;
  event.preventDefault();
  sessionStorage.setItem('kelvo.reloaded', String(Date.now()));
  location.reload();
});

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
