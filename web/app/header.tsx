import { Link, NavLink } from 'react-router';
import { AccountMenu } from '../features/account/account-menu.tsx';
import { CartButton } from '../features/cart/cart-button.tsx';
import { SearchBox } from '../features/catalog/search-box.tsx';

export const Header = () => (
  <header className="header">
    <div className="header-inner">
      <Link to="/" className="brand" aria-label="Kelvo, start page">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="8" fill="var(--accent)" />
          <path
            d="M10 7v18M22 7 11.5 16 22 25"
            fill="none"
            stroke="var(--on-accent)"
            strokeWidth="4"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </svg>
        <span className="brand-name">Kelvo</span>
      </Link>
      <nav className="main-nav" aria-label="Main">
        <NavLink to="/products">Shop</NavLink>
        <NavLink to="/orders">Orders</NavLink>
      </nav>
      <AccountMenu />
      <CartButton />
      <SearchBox />
    </div>
  </header>
);
