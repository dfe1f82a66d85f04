import { Link } from 'react-router';
import { CurrencySwitch } from './currency-switch.tsx';

export const Footer = () => (
  <footer className="footer">
    <div className="footer-inner">
      <p>Kelvo: well-made things, sent with care. Prices include tax.</p>
      <nav aria-label="Footer">
        <Link to="/products">All products</Link>
        <Link to="/orders">Your orders</Link>
      </nav>
      <CurrencySwitch />
    </div>
  </footer>
);
