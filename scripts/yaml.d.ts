/** The build hands a YAML file over as JSON text. */
declare module '*.yaml' {
  const json: string;
  export default json;
}
