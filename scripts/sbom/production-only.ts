/** As package-lock.json has it: what each folder of node_modules holds. */
export interface Lock {
  packages: Record<string, { version?: string; name?: string; dev?: boolean; devOptional?: boolean; optional?: boolean }>;
}

/** As much of CycloneDX as is looked at here. */
export interface Bom {
  components: { 'bom-ref': string; purl?: string }[];
  dependencies?: { ref: string; dependsOn?: string[] }[];
}

/**
 * Leaves what functions and the SPA's build do not ship out of a bill of materials. `npm sbom --omit=dev` would leave out too much: a package that
 * tools need too, such as pg.
 * @returns the bill, and packages of the lock file that it lacks: optional ones of other platforms are none
 */
export function productionOnly<B extends Bom>(bom: B, lock: Lock): { bom: B; missing: string[] } {
  const shipped = new Map<string, boolean>();
  for (const [folder, { version, name, dev, devOptional, optional }] of Object.entries(lock.packages)) {
    if (folder === '' || dev || devOptional || version === undefined) continue;
    const purl = purlOf(name ?? folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length), version);
    shipped.set(purl, (shipped.get(purl) ?? true) && optional === true);
  }
  const components = bom.components.filter(({ purl = '' }) => shipped.has(bare(purl)));
  const there = new Set(components.map(({ purl = '' }) => bare(purl)));
  const refs = new Set(components.map((component) => component['bom-ref']));
  const roots = new Set(bom.components.map((component) => component['bom-ref']));
  const dependencies = bom.dependencies
    ?.filter(({ ref }) => refs.has(ref) || !roots.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((each) => refs.has(each)) }));
  return {
    bom: { ...bom, components, ...(dependencies && { dependencies }) },
    missing: [...shipped].filter(([purl, optional]) => !optional && !there.has(purl)).map(([purl]) => purl),
  };
}

/** https://github.com/package-url/purl-spec: the scope's @ is written as %40. */
const purlOf = (name: string, version: string): string => `pkg:npm/${name.replace('@', '%40')}@${version}`;
const bare = (purl: string): string => purl.replace(/[?#].*$/, '');
