import type { ReactNode } from 'react';
import { addressLines } from '#functions/orders/lib/address-lines.ts';
import './address-lines.css';

interface AddressLinesProps {
  address: Parameters<typeof addressLines>[0];
  /** More lines below. */
  children?: ReactNode;
}

/** An address, its lines as its country writes them. Replays of a session never show it. */
export const AddressLines = ({ address, children }: AddressLinesProps) => (
  <address className="address-lines" data-dd-privacy="mask">
    {addressLines(address).map((line, i) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: two lines may be the same (Singapore), and lines have no other name.
      <span key={i}>{line}</span>
    ))}
    {children}
  </address>
);
