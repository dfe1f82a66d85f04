interface ImportMetaEnv {
  readonly DD_RUM_APPLICATION_ID: string;
  readonly DD_RUM_CLIENT_TOKEN: string;
  readonly DD_SITE: string;
  readonly DD_ENV: string;
  readonly DD_VERSION: string;
}
