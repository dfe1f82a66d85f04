import { ButtonLink } from '../../components/button.tsx';

export const NothingFound = ({ title, text = 'Try another category or a wider range of prices.' }: { title: string; text?: string }) => (
  <div className="panel stack" role="status">
    <h2>{title}</h2>
    <p className="soft">{text}</p>
    <div className="row">
      <ButtonLink to="/products" look="secondary">
        See all products
      </ButtonLink>
    </div>
  </div>
);
