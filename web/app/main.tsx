import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { forgetPerson } from '../features/account/forget-person.ts';
import { takeOrderToken } from '../features/orders/my-orders.ts';
import { startRum } from '../lib/rum.ts';
import { startSession } from '../lib/session.ts';
import { App } from './app.tsx';
import './tokens.css';
import './base.css';

takeOrderToken(); // before anything could send the address somewhere
startSession(forgetPerson); // asks while the page is still loading
startRum();

// A page from before a release asks for files that are gone: a fresh start finds the new ones. Once a minute at most, lest it loops.
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
