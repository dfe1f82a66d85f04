import { expect, it } from 'vitest';
import { productionOnly } from './production-only.ts';

const lock = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/pg': { version: '8.0.0' },
    'node_modules/@scope/tool': { version: '1.0.0', dev: true },
    'node_modules/@scope/lib': { version: '2.0.0' },
    'node_modules/pg/node_modules/@scope/lib': { version: '3.0.0' },
    'node_modules/other-platform': { version: '1.0.0', optional: true },
    'node_modules/lost': { version: '1.0.0' },
  },
};
const component = (name: string) => ({ 'bom-ref': name, purl: `pkg:npm/${name.replace(/^@/, '%40')}` });

it('A bill of materials has what is shipped, in each of its versions, no tools, and says what it lacks', () => {
  const bom = {
    components: ['pg@8.0.0', '@scope/tool@1.0.0', '@scope/lib@2.0.0', '@scope/lib@3.0.0'].map(component),
    dependencies: [
      { ref: 'kelvo@0.1.0', dependsOn: ['pg@8.0.0', '@scope/tool@1.0.0'] },
      { ref: '@scope/tool@1.0.0', dependsOn: [] },
    ],
  };
  const { bom: shipped, missing } = productionOnly(bom, lock);
  expect(shipped.components.map((each) => each['bom-ref'])).toEqual(['pg@8.0.0', '@scope/lib@2.0.0', '@scope/lib@3.0.0']);
  expect(shipped.dependencies).toEqual([{ ref: 'kelvo@0.1.0', dependsOn: ['pg@8.0.0'] }]);
  expect(missing).toEqual(['pkg:npm/lost@1.0.0']);
});
