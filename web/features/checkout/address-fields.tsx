import { SelectField, TextField } from '../../components/field.tsx';
import { countries } from '../../lib/countries.ts';
import type { Draft, FieldErrors, FieldName } from './draft.ts';

interface AddressFieldsProps {
  draft: Draft;
  faults: FieldErrors;
  onChange: (name: FieldName, value: string) => void;
}

export function AddressFields({ draft, faults, onChange }: AddressFieldsProps) {
  const bind = (name: FieldName) => ({
    name,
    value: draft[name],
    error: faults[name],
    onChange: (event: { target: { value: string } }) => onChange(name, event.target.value),
  });
  return (
    <>
      <fieldset className="stack">
        <legend>
          <h2>Contact</h2>
        </legend>
        <TextField
          {...bind('email')}
          label="E-mail"
          type="email"
          autoComplete="email"
          maxLength={254}
          hint="For the confirmation and news of your order, nothing else."
          required
        />
      </fieldset>
      <fieldset className="stack">
        <legend>
          <h2>Shipping address</h2>
        </legend>
        <SelectField {...bind('country')} label="Country" autoComplete="country">
          {countries.map(({ code, name }) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </SelectField>
        <TextField {...bind('name')} label="Full name" autoComplete="name" maxLength={100} required />
        <TextField {...bind('line1')} label="Street and number" autoComplete="address-line1" maxLength={200} required />
        <TextField {...bind('line2')} label="Apartment, suite" autoComplete="address-line2" maxLength={200} />
        <div className="field-pair">
          <TextField {...bind('postalCode')} label="Postal code" autoComplete="postal-code" maxLength={12} required />
          <TextField {...bind('city')} label="City" autoComplete="address-level2" maxLength={100} required />
        </div>
        <div className="field-pair">
          <TextField {...bind('region')} label="State or region" autoComplete="address-level1" maxLength={100} />
          <TextField {...bind('phone')} label="Phone" type="tel" autoComplete="tel" maxLength={30} />
        </div>
      </fieldset>
    </>
  );
}
