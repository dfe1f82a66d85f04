import { CheckField, SelectField, TextField } from '../../components/field.tsx';
import { countries } from '../../lib/countries.ts';
import { type AddressPart, addressParts } from './address-form.ts';
import { type Draft, type FieldErrors, type FieldName, partValue } from './draft.ts';

interface AddressFieldsProps {
  draft: Draft;
  faults: FieldErrors;
  onChange: (name: FieldName, value: string) => void;
  smsConsent: boolean;
  onConsent: (given: boolean) => void;
}

export function AddressFields({ draft, faults, onChange, smsConsent, onConsent }: AddressFieldsProps) {
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
        <div className="field-row">
          {addressParts(draft.country).map((part) => (
            <PartField key={part.name} part={part} {...bind(part.name)} value={partValue(part, draft)} typed={draft[part.name]} />
          ))}
        </div>
        <TextField {...bind('phone')} label="Phone" type="tel" autoComplete="tel" maxLength={40} required={smsConsent} />
        <CheckField
          label="Text me news of this parcel"
          hint="One text message when it is sent and one when it arrives, nothing else. You can stop them any time: on the order’s page, or by answering STOP."
          name="smsConsent"
          checked={smsConsent}
          onChange={(event) => onConsent(event.target.checked)}
        />
      </fieldset>
    </>
  );
}

const autoComplete = { city: 'address-level2', region: 'address-level1', postalCode: 'postal-code' } as const;
const maxLength = { city: 100, region: 100, postalCode: 20 } as const;

interface PartFieldProps {
  part: AddressPart;
  name: FieldName;
  /** What is chosen of a list. */
  value: string;
  /** What is typed, white space included. */
  typed: string;
  error: string | undefined;
  onChange: (event: { target: { value: string } }) => void;
}

/** City, region or postal code, called as in the country; a list where the post writes codes. */
function PartField({ part: { name: kind, label, required, options }, typed, ...field }: PartFieldProps) {
  if (!options)
    return (
      <TextField {...field} value={typed} label={label} autoComplete={autoComplete[kind]} maxLength={maxLength[kind]} required={required} />
    );
  return (
    <SelectField {...field} label={label} autoComplete={autoComplete[kind]}>
      <option value="">Please choose</option>
      {options.map(({ code, name }) => (
        <option key={code} value={code}>
          {name}
        </option>
      ))}
    </SelectField>
  );
}
