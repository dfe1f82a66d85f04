import type { CSSProperties } from 'react';
import './product-picture.css';

interface PictureProps {
  /** Also chooses the background colour, so that a product looks the same everywhere. */
  src: string;
  /** Empty if the product's name is shown beside the picture. */
  alt?: string;
  eager?: boolean;
}

/** A product's picture on a soft background; the background alone where there is no picture. */
export const ProductPicture = ({ src, alt = '', eager = false }: PictureProps) => (
  <span className="picture" style={{ '--hue': hueOf(src) } as CSSProperties}>
    {src && <img src={src} alt={alt} width="256" height="256" loading={eager ? 'eager' : 'lazy'} decoding="async" />}
  </span>
);

/** One of twelve hues, the same for the same text. */
function hueOf(text: string): number {
  let hash = 7;
  for (const letter of text) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return (hash % 12) * 30;
}
